package dev.caisson.secagg;

import static dev.caisson.secagg.Refusals.assertRefused;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.Limits;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.site.Step;
import dev.caisson.trust.MalformedException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Every kind of message, and bytes that are none, to every phase of both sides but the one that
/// awaits it: refused with a rule and a party, and no harm to the others' sum.
final class EveryMessageInEveryPhaseTest {
  private static final Federation FOUR = new Federation(4);
  private static final RoundManifest MANIFEST = FOUR.one(3);

  /// A whole round of the same manifest: all its messages are well-formed, signed, and of the
  /// round.
  private static final Tape TAPE = new Tape(new Play(FOUR, MANIFEST).numbers(1, 2, 4, 8));

  @Test
  void noPhaseOfASiteTakesAnyButItsOwn() {
    int refused =
        refusedBy(
                "key list", this::toKeys, (play, site) -> Play.at(play.awaitingKeys, site)::handle)
            + refusedBy(
                "share list",
                this::toShares,
                (play, site) -> Play.at(play.awaitingShares, site)::handle)
            + refusedBy(
                "survivor list",
                this::toUploads,
                (play, site) -> Play.at(play.uploading, site)::handle)
            + refusedBy(
                "consent list",
                this::toConsents,
                (play, site) -> Play.at(play.awaitingConsents, site)::handle);
    // 12 kinds and 5 that are none, less the one that the phase awaits
    assertThat(refused).isEqualTo(4 * 16);
  }

  /// Each message to a site of its own, as a phase takes one alone.
  private static int refusedBy(
      String awaited,
      Supplier<Play> start,
      BiFunction<Play, String, Function<byte[], Step<?>>> phase) {
    NavigableMap<String, byte[]> messages = messages();
    messages.remove(awaited);
    Deque<Function<byte[], Step<?>>> sites = new ArrayDeque<>();
    messages.forEach(
        (kind, bytes) -> {
          if (sites.isEmpty()) {
            Play play = start.get();
            FOUR.names().forEach(site -> sites.add(phase.apply(play, site)));
          }
          Step<?> step = sites.remove().apply(bytes);
          assertRefused(step, Rule.WELL_FORMED, Fault.COORDINATOR);
          assertThat(((Step.Refused<?>) step).complaint()).as(kind).isEmpty();
        });
    return messages.size();
  }

  /// Its own kind of another round is well-formed and still refused.
  @Test
  void noPhaseOfASiteTakesItsOwnKindOfAnotherRound() {
    Tape other =
        new Tape(
            new Play(FOUR, ManifestDraft.like(MANIFEST).nonce("other").build())
                .numbers(1, 2, 4, 8));
    assertRefused(
        Play.at(toKeys().awaitingKeys, "site-000").handle(Play.at(other.keyLists, "site-000")),
        Rule.SAME_ROUND,
        "site-000");
    assertRefused(
        Play.at(toShares().awaitingShares, "site-000")
            .handle(Play.at(other.shareLists, "site-000")),
        Rule.OWN_ENTRY,
        Fault.COORDINATOR);
    assertRefused(
        Play.at(toUploads().uploading, "site-000").handle(Play.at(other.survivorLists, "site-000")),
        Rule.OWN_ENTRY,
        Fault.COORDINATOR);
    assertRefused(
        Play.at(toConsents().awaitingConsents, "site-000")
            .handle(Play.at(other.consentLists, "site-000")),
        Rule.SAME_ROUND,
        "site-000");
  }

  @Test
  void nothingButAnOpeningOpensARound() {
    NavigableMap<String, byte[]> messages = messages();
    messages.remove("opening");
    messages.forEach(
        (kind, bytes) ->
            assertThatThrownBy(() -> Opening.decode(bytes))
                .as(kind)
                .isInstanceOf(MalformedException.class));
  }

  /// site-000 is the site that goes astray; it still sends the right message in the end.
  @Test
  void noPhaseOfTheCoordinatorTakesAnyButItsOwnAndTheRoundEndsInTheRightSum() {
    Play play = new Play(FOUR, MANIFEST).numbers(1, 2, 4, 8);
    int rejected = rejectedBy(play.keys, "keys");
    assertThat(play.collectKeys()).isTrue();
    rejected += rejectedBy(play.shares, "deal");
    play.deal();
    assertThat(play.collectShares()).isTrue();
    rejected += rejectedBy(play.uploads, "header", "complaint");
    NavigableMap<String, byte[]> noChunks = messages();
    noChunks.remove("chunk");
    noChunks.forEach(
        (kind, bytes) ->
            assertRejected(play.uploads.acceptChunk("site-000", 0, bytes), Rule.CHUNK, "site-000"));
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    rejected += rejectedBy(play.consents, "consent");
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    rejected += rejectedBy(play.answers, "answer");
    play.answer();
    SumResult sum = play.sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(15);
    assertThat(sum.survivors()).containsExactlyElementsOf(FOUR.names());
    assertThat(sum.faults()).allMatch(fault -> fault.party().equals("site-000"));
    assertThat(rejected).isEqualTo(4 * 16 + 15);
  }

  private static int rejectedBy(CoordinatorPhase phase, String... awaited) {
    NavigableMap<String, byte[]> messages = messages();
    messages.keySet().removeAll(Arrays.asList(awaited));
    messages.forEach(
        (kind, bytes) -> {
          Receipt receipt = phase.accept("site-000", bytes);
          assertThat(receipt).as(kind).isInstanceOf(Receipt.Rejected.class);
          assertRejected(receipt, Rule.WELL_FORMED, "site-000");
        });
    assertThat(phase.awaited()).contains("site-000");
    return messages.size();
  }

  /// Every kind of the round's own messages to or from site-000, and five that are none.
  private static NavigableMap<String, byte[]> messages() {
    NavigableMap<String, byte[]> messages = TAPE.kinds("site-000");
    byte[] garbage = new byte[3000];
    new SeededRandom(3).nextBytes(garbage);
    messages.put("garbage", garbage);
    messages.put("nothing", new byte[0]);
    messages.put("zeros", new byte[64]);
    messages.put("cut", Arrays.copyOf(Play.at(messages, "answer"), 60));
    messages.put("oversized", new byte[Limits.ANY + 1]);
    return messages;
  }

  private Play toKeys() {
    return new Play(FOUR, MANIFEST).numbers(1, 2, 4, 8);
  }

  private Play toShares() {
    Play play = toKeys();
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    return play;
  }

  private Play toUploads() {
    return toKeys().toUploads();
  }

  private Play toConsents() {
    Play play = toUploads();
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    return play;
  }
}

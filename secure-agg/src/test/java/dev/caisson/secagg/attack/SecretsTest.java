package dev.caisson.secagg.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Memory;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RogueGame;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.agreement.MaskKeys;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.site.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Whole rounds in which everything that a site draws is recorded, and looked for in everything
/// that leaves the module: messages in both directions, what is remembered, and whatever can be
/// printed, of honest rounds, dropouts and refused inputs.
final class SecretsTest {
  /// Participant data: one number that a site gives, as it stands in the input.
  private static final long VALUE = 123_456_789_012_345L;

  private final Sinks sinks = new Sinks();
  private final Map<String, RecordingRandom> randoms = new TreeMap<>();

  @Test
  void noSecretIsInAnySinkOfAWholeRound() {
    Play play = begin("one");
    watch(play);
    play.toUploads();
    watch(play);
    play.toAnswers();
    watch(play);
    assertThat(play.sum().survivors()).hasSize(4);
    assertSecretsAreNowhere();
  }

  /// The search looks for the right thing: the first draw is the root that the mask keys come from.
  @Test
  void whatIsRecordedIsWhatASiteUses() throws Exception {
    Play play = begin("control");
    KeysStatement keys =
        Signed.decode(Play.at(play.fromSites, "site-002"), KeysStatement::decode).statement();
    Secret root = Secret.taking(recording("site-002").secrets().getFirst().clone());
    assertThat(MaskKeys.derive(root, play.manifest.digest(), 2).publicKeys())
        .isEqualTo(keys.mask());
  }

  /// Shares of k and pair seeds are revealed here, and site-004's root is rebuilt, since site-003
  /// does not answer.
  @Test
  void noSecretIsInAnySinkOfARoundWithDropouts() {
    Play play = begin(5, "two");
    play.toUploads();
    play.silent.add("site-004");
    play.toAnswers();
    watch(play);
    play.silent.add("site-003");
    assertThat(play.sum().dropped()).containsExactly("site-004");
    assertSecretsAreNowhere();
  }

  @Test
  void noSecretIsInWhatIsSaidOfRefusedInputs() {
    for (byte[] message :
        List.of(new byte[0], new byte[500], "garbage".getBytes(StandardCharsets.UTF_8))) {
      Play play = begin("three " + message.length);
      play.toUploads();
      refused(Play.at(play.uploading, "site-000").handle(message));
      refuses(() -> Play.at(play.uploading, "site-000").handle(message));
      refuses(() -> Play.at(play.uploading, "site-000").upload().chunk(0));
      refuses(
          () ->
              Play.at(play.masking, "site-001")
                  .mask(input(), Federation.coins("x", play.manifest.model())));
      refuses(() -> Play.at(play.uploading, "site-001").upload().chunk(77));
      play.uploading.values().forEach(site -> site.close());
      refuses(() -> Play.at(play.uploading, "site-002").upload().chunk(0));
      watch(play);
    }
    assertSecretsAreNowhere();
  }

  /// An input that does not fit, and one that changes under way.
  @Test
  void noValueIsInWhatIsSaidOfAnInputThatDoesNotFit() {
    Play play = begin("four");
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    Input tooLarge = Input.weighing(1).withExact("x", VALUE, Segment.MAX_MAGNITUDE + VALUE);
    refused(
        Play.at(play.masking, "site-000")
            .mask(tooLarge, Federation.coins("site-000", play.manifest.model())));
    long[] changing = {VALUE, -VALUE};
    play.inputs.put("site-001", Input.weighing(1).withExact("x", changing));
    play.silent.add("site-000");
    play.mask();
    changing[1] = VALUE;
    refuses(() -> Play.at(play.uploading, "site-001").upload().chunk(0));
    watch(play);
    assertSecretsAreNowhere();
  }

  @Test
  void noSecretIsInComplaintsAndFaults() throws Exception {
    for (Lie lie : List.of(Lie.GARBAGE_ENVELOPES, Lie.SHARES_THAT_DO_NOT_OPEN)) {
      RogueGame game =
          new RogueGame(4, 3, 1, lie, setup -> setup.random(this::recording).witness(sinks::see))
              .toShares()
              .masks();
      assertThat(game.play.complaints).hasSize(3);
      watch(game.play);
    }
    assertSecretsAreNowhere();
  }

  private Play begin(String nonce) {
    return begin(4, nonce);
  }

  private Play begin(int n, String nonce) {
    Federation federation = new Federation(n);
    RoundManifest manifest =
        ManifestDraft.like(federation.one(3))
            .vector(new Segment.Exact("x", 2, Segment.MAX_MAGNITUDE, true))
            .nonce(nonce)
            .build();
    Play play = Play.of(federation, manifest).random(this::recording).witness(sinks::see).begin();
    federation.names().forEach(name -> play.inputs.put(name, input()));
    return play;
  }

  private static Input input() {
    return Input.weighing(1).withExact("x", VALUE, -VALUE);
  }

  private RecordingRandom recording(String site) {
    return randoms.computeIfAbsent(site, name -> new RecordingRandom(name.hashCode()));
  }

  /// All that can be printed of where a round stands, and all that was written down.
  private void watch(Play play) {
    for (Map<String, ?> phases :
        List.<Map<String, ?>>of(
            play.awaitingKeys,
            play.awaitingShares,
            play.masking,
            play.uploading,
            play.awaitingConsents,
            play.finished,
            play.inputs,
            play.toSites,
            play.left)) {
      phases.values().forEach(sinks::see);
    }
    play.uploading.values().forEach(site -> sinks.see(site.upload()));
    for (Memory memory : play.memories.values()) {
      for (JournalEntry entry : memory.entries()) {
        sinks.see(entry);
      }
    }
  }

  private void refused(Step<?> step) {
    assertThat(step).isInstanceOf(Step.Refused.class);
    sinks.see(step);
  }

  /// An exception of ours, with its stack.
  private void refuses(Runnable mistake) {
    try {
      mistake.run();
    } catch (IllegalStateException | IndexOutOfBoundsException e) {
      StringWriter stack = new StringWriter();
      e.printStackTrace(new PrintWriter(stack));
      sinks.see(stack.toString());
      return;
    }
    throw new AssertionError("nothing was refused");
  }

  private void assertSecretsAreNowhere() {
    List<byte[]> secrets = new ArrayList<>();
    randoms.values().forEach(random -> secrets.addAll(random.secrets()));
    // a root, a seed of 96 bytes in three parts, a self-mask, an encapsulation a peer, at least;
    // and 2 secrets x 5 limbs x 2 coefficients
    assertThat(secrets.size()).isGreaterThanOrEqualTo(randoms.size() * (8 + 20));
    assertThat(sinks.count()).isGreaterThan(50);
    sinks.assertNowhere(secrets);
    sinks.assertNotSaid(Long.toString(VALUE));
    sinks.assertNotSaid(Long.toHexString(VALUE));
  }
}

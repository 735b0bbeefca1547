package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.round.SiteRoundRunner.Progress;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.coordinator.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a coordinator gets by sending again what it sent before, as it does after a connection
/// broke and as a hostile one may at any time.
final class ResentMessagesTest {
  private static final String[] SITES = {"a", "b", "c", "d"};

  @TempDir Path folder;

  private RoundManifest manifest(Rounds rounds) {
    return rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), SITES);
  }

  /// Through all steps of a round and of the check of its sum, at every site, each message twice
  /// more. The site draws nothing, signs nothing and answers nothing anew.
  @Test
  void theLastMessageAgainGetsTheSameBytesAgain() throws Exception {
    try (Rounds rounds = new Rounds(folder, SITES)) {
      Map<String, Integer> said = new HashMap<>();
      AtomicInteger again = new AtomicInteger();
      rounds.afterEach(
          (site, step, round, payload) -> {
            List<byte[]> reply = from(site.sent, said.getOrDefault(site.name, 0));
            int drawn = rounds.random.drawn.size();
            for (int i = 0; i < 2; i++) {
              int before = site.sent.size();
              assertThat(site.handle(round, payload)).isNotEqualTo(Progress.LEFT);
              assertSameBytes(from(site.sent, before), reply);
            }
            assertThat(rounds.random.drawn).hasSize(drawn);
            said.put(site.name, site.sent.size());
            again.addAndGet(reply.size());
            return Progress.GOING_ON;
          });
      assertThat(rounds.play(manifest(rounds), Optional.empty())).isInstanceOf(Outcome.Next.class);
      assertThat(again)
          .as("keys, shares, header, chunk, consent, answer, tag of each")
          .hasValue(28);
      for (Rounds.Site site : rounds.sites.values()) {
        List<String> ledger = Files.readAllLines(site.ledgerFile);
        for (String once : List.of("answered", "consented", "checked")) {
          assertThat(
                  ledger.stream().filter(line -> line.contains("\"what\":\"%s\"".formatted(once))))
              .as("%s at %s", once, site.name)
              .hasSize(1);
        }
        assertThat(ledger.stream().filter(line -> line.contains("\"what\":\"sent again\"")))
            .as("six messages, twice each")
            .hasSize(12);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aMessageThatDiffersInOneBitIsNoRepetition(int step) throws Exception {
    try (Rounds rounds = new Rounds(folder, SITES)) {
      rounds.afterEach(
          (site, at, round, payload) -> {
            if (at == step && site.name.equals("b")) {
              byte[] bent = payload.clone();
              bent[bent.length - 1] ^= 1;
              return refused(site, at, round, bent);
            }
            return Progress.GOING_ON;
          });
      rounds.play(manifest(rounds), Optional.empty());
      assertThat(rounds.site("b").left).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void aMessageBeforeTheLastIsRefusedThoughItIsGenuine(int step) throws Exception {
    try (Rounds rounds = new Rounds(folder, SITES)) {
      List<byte[]> toB = new ArrayList<>();
      rounds.afterEach(
          (site, at, round, payload) -> {
            if (site.name.equals("b")) {
              if (at == step) {
                return refused(site, at, round, toB.get(step - 2));
              }
              toB.add(payload);
            }
            return Progress.GOING_ON;
          });
      rounds.play(manifest(rounds), Optional.empty());
      assertThat(rounds.site("b").left).hasSize(1);
    }
  }

  /// Journal rules hold for a state however often its round comes back under another name.
  @Test
  void aRoundAgainUnderAnotherNameIsNotAnsweredForAnotherList() throws Exception {
    try (Rounds rounds = new Rounds(folder, SITES)) {
      rounds.play(manifest(rounds), Optional.empty());
      rounds.play(manifest(rounds), Optional.empty(), Map.of("d", 3));
      for (String name : List.of("a", "b", "c")) {
        assertThat(rounds.site(name).left).as(name).isNotEmpty();
      }
    }
  }

  @Test
  void whoAsksAgainWithoutEndIsLeft() throws Exception {
    try (Rounds rounds = new Rounds(folder, SITES)) {
      AtomicInteger taken = new AtomicInteger();
      rounds.afterEach(
          (site, at, round, payload) -> {
            if (at == 1 && site.name.equals("b")) {
              while (site.handle(round, payload) != Progress.LEFT) {
                taken.incrementAndGet();
              }
              return Progress.LEFT;
            }
            return Progress.GOING_ON;
          });
      rounds.play(manifest(rounds), Optional.empty());
      assertThat(taken).hasValue(200);
    }
  }

  /// After its answer the site has nothing more to lose in the round: it takes such a message for a
  /// sum that is shown badly, and says nothing.
  private static Progress refused(Rounds.Site site, int step, String round, byte[] payload)
      throws Exception {
    int before = site.sent.size();
    Progress progress = site.handle(round, payload);
    assertThat(progress).isEqualTo(step == 5 ? Progress.ANSWERED : Progress.LEFT);
    assertThat(site.sent).as("nothing more is said").hasSize(before);
    return progress;
  }

  private static List<byte[]> from(List<byte[]> sent, int first) {
    return List.copyOf(sent.subList(first, sent.size()));
  }

  private static void assertSameBytes(List<byte[]> found, List<byte[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isEqualTo(expected.get(i));
    }
  }
}

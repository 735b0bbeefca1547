package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.coordinator.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A site whose GPU, or engine, goes away in the middle of a study.
final class LostDeviceTest {
  private static final String[] FOUR = {"a", "b", "c", "d"};

  @TempDir Path folder;
  private Rounds rounds;

  @BeforeEach
  void open() throws Exception {
    rounds = new Rounds(folder, FOUR);
  }

  @AfterEach
  void close() throws Exception {
    rounds.close();
  }

  @Test
  void aLostGpuCostsThatSiteTheRoundAndNobodyElseHearsWhy() throws Exception {
    Rounds.Site d = rounds.site("d");
    d.engine.lost = true;
    for (int round = 1; round <= 2; round++) {
      assertThat(round()).as("three of four are enough").isInstanceOf(Outcome.Next.class);
      assertThat(d.left).hasSize(round);
    }
    assertThat(d.left).containsOnly("training failed at this site; its custodian's log says why");
    assertThat(Files.readString(d.ledgerFile)).contains("fallen off the bus");
    assertThat(rounds.site("a").left).isEmpty();
  }

  /// Neither is an exception, and both would end the thread that answers the study's rounds.
  @ParameterizedTest
  @MethodSource("errors")
  void anErrorInTheEngineIsOneOfThatSitesRoundAndItTakesTheNextOne(Error error) throws Exception {
    Rounds.Site d = rounds.site("d");
    d.engine.error = error;
    for (int round = 1; round <= 2; round++) {
      assertThat(round()).as("three of four are enough").isInstanceOf(Outcome.Next.class);
      assertThat(d.left).hasSize(round);
    }
    assertThat(d.left).containsOnly("training failed at this site; its custodian's log says why");
    assertThat(Files.readString(d.ledgerFile)).contains(error.getMessage());
    assertThat(rounds.site("a").left).isEmpty();
  }

  static List<Error> errors() {
    return List.of(
        new OutOfMemoryError("Java heap space"),
        new UnsatisfiedLinkError("/home/anna/cache/libtorch.so: undefined symbol"));
  }

  private Outcome<?> round() throws Exception {
    return rounds.play(
        rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), FOUR), Optional.empty());
  }
}

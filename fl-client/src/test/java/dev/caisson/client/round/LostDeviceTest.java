package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.coordinator.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A site whose GPU goes away in the middle of a study.
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
      assertThat(
              rounds.play(
                  rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), FOUR), Optional.empty()))
          .as("three of four are enough")
          .isInstanceOf(Outcome.Next.class);
      assertThat(d.left).hasSize(round);
    }
    assertThat(d.left).containsOnly("training failed at this site; its custodian's log says why");
    assertThat(Files.readString(d.ledgerFile)).contains("fallen off the bus");
    assertThat(rounds.site("a").left).isEmpty();
  }
}

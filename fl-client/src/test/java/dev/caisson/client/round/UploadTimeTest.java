package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.Made;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.coordinator.Outcome;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When a masked vector leaves must not tell how long training took.
final class UploadTimeTest {
  private static final long AFTER_MILLIS = 1000;

  @TempDir Path folder;

  /// The coordinator lets the time pass before it lets anybody train.
  @Test
  void holdingBackTheSharesDoesNotShowHowLongTrainingTakes() throws Exception {
    String[] names = {"a", "b", "c"};
    try (Rounds rounds =
        new Rounds(
            folder, Made.plan("upload-after-ms: 0", "upload-after-ms: " + AFTER_MILLIS), names)) {
      long[] shared = {0};
      rounds.before(
          3,
          () -> {
            Thread.sleep(AFTER_MILLIS + 1);
            shared[0] = System.nanoTime();
          });
      assertThat(
              rounds.play(
                  rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), names), Optional.empty()))
          .isInstanceOf(Outcome.Next.class);
      assertThat((rounds.site("a").uploadedAt - shared[0]) / 1_000_000)
          .as("ms from the shares to the upload of the first that got them")
          .isGreaterThanOrEqualTo(AFTER_MILLIS);
    }
  }
}

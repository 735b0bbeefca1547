package dev.caisson.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.runtime.build.Architecture;
import dev.caisson.runtime.build.ModelSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoundsSettingsTest {
  private static RoundsSettings settings(int sites, double megabytes, int perProcess) {
    return new RoundsSettings(sites, megabytes, 10, perProcess, 512, 512, 5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1, 10, 1000, 1001, 2200, 4200})
  void aModelHasAtLeastTheMegabytesAndLittleMore(double megabytes) {
    assertThat(settings(3, megabytes, 1).vectorBytes())
        .isBetween((long) (megabytes * 1e6), (long) (megabytes * 1.05e6) + 1000);
  }

  /// A round sums 2^30 numbers, metrics among them, and a tensor has 2 GiB.
  @ParameterizedTest
  @ValueSource(doubles = {1000, 2200, 4200})
  void aLargeModelIsOneThatARoundSumsAndAFileHolds(double megabytes) {
    ModelSpec model = settings(3, megabytes, 1).model();
    assertThat(model.weights()).isLessThan(Architecture.MOST_PACKED);
    assertThat(model.hidden())
        .allMatch(width -> (long) width * width * Float.BYTES < Integer.MAX_VALUE);
  }

  @Test
  void everySiteIsInOneProcess() {
    assertThat(settings(7, 1, 3).processes())
        .containsExactly(
            List.of("site-001", "site-002", "site-003"),
            List.of("site-004", "site-005", "site-006"),
            List.of("site-007"));
  }

  @Test
  void refusesWhatNoStudyCanBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(2, 1, 1))
        .withMessage("--sites must be 3 to 200, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(3, Double.NaN, 1))
        .withMessage("--megabytes must be 0.001 to 4200, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(3, 1, 4))
        .withMessage("--sites-per-process must be 1 to the number of sites, got 4");
  }
}

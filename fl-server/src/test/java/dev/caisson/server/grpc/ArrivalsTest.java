package dev.caisson.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ArrivalsTest {
  private static final long GIB = 1L << 30;

  @Test
  void refusesAResearchersThirdSubmissionUntilOneIsHere() throws Exception {
    Arrivals arrivals = new Arrivals(new Free(100 * GIB, 100 * GIB));
    Arrivals.Place first = arrivals.enter("ann", 1);
    assertThat(arrivals.enter("ann", 1)).isNotNull();
    assertThatThrownBy(() -> arrivals.enter("ann", 1))
        .hasMessage("'ann' sends 2 submissions already; wait until one of them is here");
    assertThat(arrivals.enter("bob", 1)).isNotNull();
    first.close();
    assertThat(arrivals.enter("ann", 1)).isNotNull();
  }

  @Test
  void refusesWhatWouldLeaveLessThanAGibibyteOfDiskWithAllThatIsOnItsWay() throws Exception {
    Arrivals arrivals = new Arrivals(new Free(4 * GIB, 100 * GIB));
    assertThatThrownBy(() -> arrivals.enter("ann", 3 * GIB + 1))
        .hasMessageContaining("has 4096 MiB free")
        .hasMessageContaining("needs 3073 MiB")
        .hasMessageContaining("make room");
    Arrivals.Place two = arrivals.enter("ann", 2 * GIB);
    assertThatThrownBy(() -> arrivals.enter("bob", GIB + 1))
        .hasMessageContaining("on their way 2048 MiB");
    two.close();
    assertThat(arrivals.enter("bob", 3 * GIB)).isNotNull();
  }

  @Test
  void keepsAnEighthOfASmallDiskFree() throws Exception {
    Arrivals arrivals = new Arrivals(new Free(GIB / 2, GIB));
    assertThatThrownBy(() -> arrivals.enter("ann", 3 * GIB / 8 + 1))
        .hasMessageContaining("128 MiB stay free");
    assertThat(arrivals.enter("ann", 3 * GIB / 8)).isNotNull();
  }

  private record Free(long freeBytes, long bytes) implements Arrivals.Disk {}
}

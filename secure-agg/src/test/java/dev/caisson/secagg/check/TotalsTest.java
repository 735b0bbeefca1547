package dev.caisson.secagg.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.SparseFederation;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.coordinator.OpenedSum;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.trust.MalformedException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which sums over the integers can be checked, and what they are.
final class TotalsTest {
  private static final Federation THREE = new Federation(3);

  @Test
  void aTotalHasRoomForTheLargestSumAndNoBitMore() {
    assertThat(Totals.layout(new Layout(5, 8), 3)).contains(new Layout(5, 10));
    assertThat(Totals.layout(new Layout(5, 8), 4)).contains(new Layout(5, 10));
    assertThat(Totals.layout(new Layout(5, 8), 5)).contains(new Layout(5, 11));
    assertThat(Totals.layout(new Layout(5, 1), 200)).contains(new Layout(5, 8));
  }

  @Test
  void ringsWhoseTotalsNeedMoreThanSixtyBitsAreNotChecked() {
    assertThat(Totals.layout(new Layout(5, 58), 4)).contains(new Layout(5, 60));
    assertThat(Totals.layout(new Layout(5, 58), 5)).isEmpty();
    assertThat(Totals.layout(new Layout(5, 60), 3)).isEmpty();
    assertThat(Totals.layout(new Layout(5, 52), 200)).contains(new Layout(5, 60));
    assertThat(Totals.layout(new Layout(5, 53), 200)).isEmpty();
  }

  @Test
  void bothSidesKnowFromTheManifestWhetherACheckIsDue() {
    assertThat(Totals.isDue(THREE.manifest(3))).isTrue();
    assertThat(Totals.isDue(exact(VectorSpec.MAX_LENGTH - 1, 100)))
        .as("the longest vector")
        .isTrue();
    assertThat(Totals.isDue(exact(1, 1L << 50))).as("54 bits and 3 sites").isTrue();
  }

  /// No site sees what all of U2 signed there, so there is nothing to check by: never "passed".
  @Test
  void sumsOverASparseGraphAreNotChecked() {
    Federation twelve = new Federation(12);
    RoundManifest sparse = SparseFederation.one(twelve, 7, 5, 3);
    assertThat(Totals.isDue(twelve.one(7))).isTrue();
    assertThat(Totals.isDue(sparse)).isFalse();
    Play play = SparseFederation.begin(twelve, sparse).toUploads().toAnswers();
    try (OpenedSum sum = play.open()) {
      assertThat(sum.result().survivors()).hasSize(12);
      assertThat(sum.show(Federation.COORDINATOR, play.kept)).isEmpty();
    }
    assertThat(play.finished.values())
        .hasSize(12)
        .allSatisfy(finished -> assertThat(finished.proceedings()).isEmpty());
    Play complete = new Play(twelve, twelve.one(7)).numbers(SparseFederation.numbers(twelve));
    complete.toUploads().toAnswers();
    Proceedings ours = Play.at(complete.finished, "site-000").proceedings().orElseThrow();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Proceedings(sparse, ours.d1(), ours.u2(), ours.u3()))
        .withMessageContaining("sparse graph");
  }

  private static RoundManifest exact(int length, long max) {
    return THREE.manifest(
        3, VectorSpec.of(new Segment.Exact("x", length, max, true)), new Weights.Equal());
  }

  @Test
  void theSumDoesNotWrap() throws MalformedException {
    Layout layout = new Layout(2, 32);
    Lanes lanes = Lanes.of(layout, 2);
    lanes.set(0, 0xffff_ffffL);
    lanes.set(1, 1);
    Layout total = Totals.layout(layout, 3).orElseThrow();
    Lanes sum = Lanes.of(total, 2);
    sum.unpack(Totals.chunk(layout, total, 0, List.of(lanes.pack(), lanes.pack(), lanes.pack())));
    assertThat(List.of(sum.get(0), sum.get(1))).containsExactly(3 * 0xffff_ffffL, 3L);
  }
}

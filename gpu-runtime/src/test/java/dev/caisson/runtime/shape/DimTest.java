package dev.caisson.runtime.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Arithmetic on `perRow · N + fixed` must hold for every N, or say that it does not know.
class DimTest {
  private static final Dim TWO_ROWS_AND_THREE = new Dim(2, 3);

  @Test
  void sumsProductsAndQuotientsHoldForEveryBatch() {
    for (long n = 1; n < 50; n++) {
      Dim a = new Dim(6, -4);
      assertThat(a.plus(TWO_ROWS_AND_THREE).at(n)).isEqualTo(a.at(n) + 2 * n + 3);
      assertThat(a.minus(TWO_ROWS_AND_THREE).at(n)).isEqualTo(a.at(n) - (2 * n + 3));
      assertThat(a.times(Dim.of(-5)).orElseThrow().at(n)).isEqualTo(a.at(n) * -5);
      assertThat(a.dividedBy(Dim.of(2)).orElseThrow().at(n)).isEqualTo(a.at(n) / 2);
    }
    assertThat(new Dim(12, 8).dividedBy(new Dim(3, 2))).contains(Dim.of(4));
    assertThat(Dim.of(7).dividedBy(Dim.of(-2))).contains(Dim.of(-3));
  }

  @Test
  void whatIsNotTheSameFormulaForEveryBatchIsUnknown() {
    assertThat(Dim.BATCH.times(Dim.BATCH)).isEmpty();
    assertThat(new Dim(2, 1).dividedBy(Dim.of(2))).isEmpty();
    assertThat(Dim.BATCH.dividedBy(new Dim(1, 1))).isEmpty();
    assertThat(Dim.of(8).dividedBy(Dim.BATCH)).isEmpty();
    assertThat(Dim.of(8).dividedBy(Dim.ZERO)).isEmpty();
    assertThat(Dim.product(List.of(Dim.BATCH, Dim.of(3), Dim.BATCH))).isEmpty();
  }

  @Test
  void comparesWhatHasOneAnswer() {
    assertThat(Dim.BATCH.compare(Dim.of(-1))).isEqualTo(OptionalInt.of(1));
    assertThat(Dim.of(0).compare(Dim.BATCH)).isEqualTo(OptionalInt.of(-1));
    assertThat(Dim.BATCH.compare(Dim.BATCH)).isEqualTo(OptionalInt.of(0));
    assertThat(Dim.BATCH.compare(Dim.of(1))).isEmpty();
    assertThat(Dim.BATCH.compare(Dim.of(7))).isEmpty();
  }

  @Test
  void refusesToOverflow() {
    assertThatThrownBy(() -> Dim.of(Long.MAX_VALUE).plus(Dim.ONE))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Dim(1L << 40, 0).times(Dim.of(1L << 40)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Dim(1L << 62, 0).at(4)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void readsAsAShape() {
    assertThat(Dim.words(List.of(Dim.BATCH, new Dim(4, 0), new Dim(1, -2), Dim.of(5))))
        .isEqualTo("[N×4N×N-2×5]");
    assertThat(Dim.product(List.of())).isEqualTo(Optional.of(Dim.ONE));
  }
}

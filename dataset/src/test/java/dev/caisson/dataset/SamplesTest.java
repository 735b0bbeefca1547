package dev.caisson.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SamplesTest {
  private final Samples two =
      new Samples(List.of("a", "b"), 2, new float[] {1, 2, 3, 4}, new float[] {0, 1});

  @Test
  void selectsRowsInTheOrderAsked() {
    Samples selected = two.select(new int[] {1, 0, 1});
    assertThat(selected.ids()).containsExactly("b", "a", "b");
    assertThat(selected.features()).containsExactly(3, 4, 1, 2, 3, 4);
    assertThat(selected.labels()).containsExactly(1, 0, 1);
    assertThatThrownBy(() -> two.select(new int[] {2}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void poolsTablesBelowOneAnother() {
    Samples pooled = Samples.pool(List.of(two, two.select(new int[] {1})));
    assertThat(pooled).isEqualTo(two.select(new int[] {0, 1, 1}));
    Samples narrow = new Samples(List.of("c"), 1, new float[] {1}, new float[] {0});
    assertThatThrownBy(() -> Samples.pool(List.of(two, narrow)))
        .hasMessage("cannot pool rows of 2 and of 1 features");
    assertThatThrownBy(() -> Samples.pool(List.of())).hasMessageContaining("at least one part");
  }

  @Test
  void cannotBeChangedFromOutside() {
    float[] features = {1, 2};
    Samples one = new Samples(List.of("a"), 2, features, new float[] {0});
    features[0] = 9;
    one.features()[1] = 9;
    one.labels()[0] = 9;
    assertThat(one.features()).containsExactly(1, 2);
    assertThat(one.labels()).containsExactly(0);
    float[] batch = new float[3];
    one.copyRow(0, batch, 1);
    assertThat(batch).containsExactly(0, 1, 2);
  }

  @Test
  void refusesSizesThatDoNotFitAndValuesThatAreNoNumbers() {
    assertThatThrownBy(() -> new Samples(List.of("a"), 2, new float[3], new float[1]))
        .hasMessageContaining("1 ids need as many labels and 2 features each");
    assertThatThrownBy(() -> new Samples(List.of("a"), 1, new float[] {Float.NaN}, new float[] {0}))
        .hasMessage("feature 0 is NaN");
  }

  @Test
  void tellsOnlyItsSize() {
    assertThat(two).hasToString("Samples[2 rows of 2 features]");
  }
}

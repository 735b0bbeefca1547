package dev.caisson.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.train.Loss;
import dev.caisson.trust.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FeatureOrderTest {
  @Test
  void columnsInAnotherOrderArePutRight() throws CommandFailure {
    FeatureOrder order = order(List.of("c", "a", "b"), 3, Optional.of(note("a", "b", "c")));
    float[] row = new float[4];
    order.arrange(new float[] {9, 30, 10, 20}, 1, row, 1);
    assertThat(row).containsExactly(0, 10, 20, 30);
    assertThat(order.moved()).isTrue();
    assertThat(order(List.of("a", "b"), 2, Optional.of(note("a", "b"))).moved()).isFalse();
  }

  @Test
  void otherColumnsAreNamed() {
    assertThatThrownBy(() -> order(List.of("a", "x"), 2, Optional.of(note("a", "b"))))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "m.onnx was trained on other features than t.csv has; missing: b; not known to the model: x");
  }

  @Test
  void withoutANoteTheCountsMustAgree() throws CommandFailure {
    assertThat(order(List.of("b", "a"), 2, Optional.empty()).moved()).isFalse();
    assertThatThrownBy(() -> order(List.of("a", "b"), 3, Optional.empty()))
        .hasMessage("t.csv has 2 features (a, b), and m.onnx takes 3");
  }

  private static FeatureOrder order(List<String> columns, int inputs, Optional<TrainingNote> note)
      throws CommandFailure {
    return FeatureOrder.of(Path.of("t.csv"), columns, Path.of("m.onnx"), inputs, note);
  }

  private static TrainingNote note(String... features) {
    return new TrainingNote(
        Digest.of(new byte[0]), List.of(features), "y", List.of(), Loss.MEAN_SQUARED_ERROR);
  }
}

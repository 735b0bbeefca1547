package dev.caisson.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.train.Loss;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LabelCodingTest {
  @Test
  void zeroAndOneOnOneOutputAreBinary() throws CommandFailure {
    becomes(1, List.of("1", "0", "1.0"), Loss.BINARY_CROSS_ENTROPY, List.of("0", "1"), 1, 0, 1);
  }

  @Test
  void twoWordsOnOneOutputAreBinaryInSortedOrder() throws CommandFailure {
    becomes(1, List.of("yes", "no"), Loss.BINARY_CROSS_ENTROPY, List.of("no", "yes"), 1, 0);
  }

  @Test
  void otherNumbersOnOneOutputAreARegression() throws CommandFailure {
    becomes(1, List.of("-2.5", "1e2"), Loss.MEAN_SQUARED_ERROR, List.of(), -2.5f, 100);
  }

  @Test
  void severalOutputsAreClasses() throws CommandFailure {
    becomes(3, List.of("2", "0", "2"), Loss.SOFTMAX_CROSS_ENTROPY, List.of("0", "1", "2"), 2, 0, 2);
    becomes(
        3,
        List.of("virginica", "setosa", "versicolor"),
        Loss.SOFTMAX_CROSS_ENTROPY,
        List.of("setosa", "versicolor", "virginica"),
        2,
        0,
        1);
  }

  @Test
  void classesOfAnEarlierTrainingKeepTheirPlaces() throws CommandFailure {
    LabelCoding coding = LabelCoding.of(column(List.of("b", "b")), 2, null, List.of("b", "a"));
    assertThat(coding.y()).containsExactly(0, 0);
    assertThat(coding.classes()).containsExactly("b", "a");
  }

  @Test
  void whatIsAskedForGoesBeforeWhatIsGuessed() throws CommandFailure {
    LabelCoding coding = LabelCoding.of(column(List.of("1", "0")), 1, Loss.HUBER, List.of());
    assertThat(coding.loss()).isEqualTo(Loss.HUBER);
    assertThat(coding.classes()).isEmpty();
  }

  @Test
  void labelOutOfRangeIsNamedWithItsLine() {
    refuses(3, List.of("0", "3"), null, "'3' (line 3)", "none of the classes 0, 1, 2");
    refuses(3, List.of("0", "-1"), null, "'-1' (line 3)");
    refuses(3, List.of("0", "0.5"), null, "'0.5' (line 3)");
    refuses(1, List.of("0", "2"), Loss.BINARY_CROSS_ENTROPY, "'2' (line 3)");
    refuses(1, List.of("0", "many"), Loss.MEAN_SQUARED_ERROR, "'many' (line 3)", "not a number");
    refuses(1, List.of("0.5", "1e39"), null, "'1e39'");
    refuses(1, List.of("0", ""), null, "no value in line 3");
  }

  @Test
  void classesThatDoNotFitTheOutputsAreCounted() {
    refuses(1, List.of("a", "b", "c"), null, "3 different texts (a, b, c)", "room for 2 classes");
    refuses(4, List.of("a", "b"), null, "2 different texts", "room for 4 classes");
    refuses(2, List.of("0.5", "1"), Loss.MEAN_SQUARED_ERROR, "2 outputs");
    refuses(2, List.of("0", "1"), Loss.BINARY_CROSS_ENTROPY, "--loss softmax");
    refuses(1, List.of("0", "1"), Loss.SOFTMAX_CROSS_ENTROPY, "1 output");
    assertThatThrownBy(() -> LabelCoding.of(column(List.of("a")), 3, null, List.of("a", "b")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("the 2 classes a, b, and the model has room for 3");
  }

  private static void becomes(
      int outputs, List<String> texts, Loss loss, List<String> classes, float... y)
      throws CommandFailure {
    LabelCoding coding = LabelCoding.of(column(texts), outputs, null, List.of());
    assertThat(coding.loss()).isEqualTo(loss);
    assertThat(coding.classes()).isEqualTo(classes);
    assertThat(coding.y()).containsExactly(y);
  }

  private static void refuses(
      int outputs, List<String> texts, @Nullable Loss wanted, String... reasons) {
    assertThatThrownBy(() -> LabelCoding.of(column(texts), outputs, wanted, List.of()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("the label 'y' ")
        .hasMessageContainingAll(reasons);
  }

  private static LabelColumn column(List<String> texts) {
    LabelColumn column = new LabelColumn("y");
    for (int i = 0; i < texts.size(); i++) {
      column.add(texts.get(i), i + 2);
    }
    return column;
  }
}

package dev.caisson.cli.local;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.local.LabelColumn.Distinct;
import dev.caisson.runtime.train.Loss;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How a label's texts become what a loss takes. Decided before training, from the texts and the
/// model's number of outputs; a text that does not fit is refused with its line.
///
/// | outputs | texts | becomes |
/// |---|---|---|
/// | 1 | 0 and 1 | themselves, binary cross-entropy |
/// | 1 | two words | 0 and 1 in sorted order, binary cross-entropy |
/// | 1 | other numbers | themselves, mean squared error |
/// | k | whole numbers | the class 0..k-1, softmax cross-entropy |
/// | k | k words | 0..k-1 in sorted order, softmax cross-entropy |
final class LabelCoding {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]{1,30}(\\.[0-9]{0,30})?|\\.[0-9]{1,30})([eE][-+]?[0-9]{1,3})?");
  private static final int SHOWN = 8;

  private final Loss loss;
  private final List<String> classes;
  private final float[] y;

  private LabelCoding(Loss loss, List<String> classes, float[] y) {
    this.loss = loss;
    this.classes = List.copyOf(classes);
    this.y = y;
  }

  /// @param outputs of the model
  /// @param wanted what the person asked for, if anything
  /// @param declared the classes of a description or an earlier training; empty where there is none
  static LabelCoding of(
      LabelColumn labels, int outputs, @Nullable Loss wanted, List<String> declared)
      throws CommandFailure {
    for (Distinct each : labels.distinct()) {
      if (each.text().isEmpty() || each.text().equals("NA")) {
        throw wrong(
            labels,
            "has no value in line %d; fill it in or leave the row out".formatted(each.line()));
      }
    }
    Loss loss = wanted == null ? guess(labels, outputs, declared) : wanted;
    return switch (loss) {
      case MEAN_SQUARED_ERROR, HUBER -> numbers(labels, outputs, loss);
      case BINARY_CROSS_ENTROPY -> {
        if (outputs != 1) {
          throw wrong(
              labels,
              "is one column, and binary cross-entropy of a model with %d outputs wants one for each; use --loss softmax"
                  .formatted(outputs));
        }
        yield classes(labels, loss, classesOf(labels, 2, declared));
      }
      case SOFTMAX_CROSS_ENTROPY -> {
        if (outputs < 2) {
          throw wrong(
              labels,
              "cannot train by softmax cross-entropy: the model has 1 output, not one per class");
        }
        yield classes(labels, loss, classesOf(labels, outputs, declared));
      }
    };
  }

  private static Loss guess(LabelColumn labels, int outputs, List<String> declared) {
    if (outputs > 1) {
      return Loss.SOFTMAX_CROSS_ENTROPY;
    }
    boolean classes =
        !declared.isEmpty()
            || !labels.distinct().stream().allMatch(each -> isNumber(each.text()))
            || labels.distinct().stream().allMatch(each -> isWhole(each.text(), 2));
    return classes ? Loss.BINARY_CROSS_ENTROPY : Loss.MEAN_SQUARED_ERROR;
  }

  /// The `count` classes: as declared, or 0.. if all texts are numbers, or the sorted texts.
  private static List<String> classesOf(LabelColumn labels, int count, List<String> declared)
      throws CommandFailure {
    if (!declared.isEmpty()) {
      if (declared.size() != count) {
        throw wrong(
            labels,
            "has the %d classes %s, and the model has room for %d"
                .formatted(declared.size(), listed(declared), count));
      }
      return declared;
    }
    List<String> texts = labels.distinct().stream().map(Distinct::text).sorted().toList();
    if (texts.stream().allMatch(LabelCoding::isNumber)) {
      return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
    if (texts.size() != count) {
      throw wrong(
          labels,
          "holds %d different texts (%s), and the model has room for %d classes"
              .formatted(texts.size(), listed(texts), count));
    }
    return texts;
  }

  private static LabelCoding classes(LabelColumn labels, Loss loss, List<String> classes)
      throws CommandFailure {
    float[] values = new float[labels.distinct().size()];
    for (int i = 0; i < values.length; i++) {
      Distinct each = labels.distinct().get(i);
      int place = classes.indexOf(each.text());
      if (place < 0 && isWhole(each.text(), classes.size())) {
        place = classes.indexOf(Integer.toString((int) Double.parseDouble(each.text())));
      }
      if (place < 0) {
        throw wrong(
            labels, "holds %s, which is none of the classes %s".formatted(each, listed(classes)));
      }
      values[i] = place;
    }
    return new LabelCoding(loss, classes, labels.spread(values));
  }

  private static LabelCoding numbers(LabelColumn labels, int outputs, Loss loss)
      throws CommandFailure {
    if (outputs != 1) {
      throw wrong(labels, "is one number a row, and the model has %d outputs".formatted(outputs));
    }
    float[] values = new float[labels.distinct().size()];
    for (int i = 0; i < values.length; i++) {
      Distinct each = labels.distinct().get(i);
      if (!isNumber(each.text()) || !Float.isFinite(Float.parseFloat(each.text()))) {
        throw wrong(labels, "holds %s, which is not a number that a loss can take".formatted(each));
      }
      values[i] = Float.parseFloat(each.text());
    }
    return new LabelCoding(loss, List.of(), labels.spread(values));
  }

  Loss loss() {
    return loss;
  }

  /// The text of each class; empty where labels are numbers.
  List<String> classes() {
    return classes;
  }

  /// Whether all rows are of one class.
  boolean isOneClass() {
    if (classes.isEmpty()) {
      return false;
    }
    for (float value : y) {
      if (value != y[0]) {
        return false;
      }
    }
    return true;
  }

  /// One number a row; not copied, for reading only.
  float[] y() {
    return y;
  }

  /// What was decided, in words.
  String describe() {
    return switch (loss) {
      case BINARY_CROSS_ENTROPY ->
          classes.equals(List.of("0", "1"))
              ? "0 or 1, binary cross-entropy"
              : "%s is 0 and %s is 1, binary cross-entropy"
                  .formatted(classes.get(0), classes.get(1));
      case SOFTMAX_CROSS_ENTROPY ->
          "%d classes (%s), softmax cross-entropy".formatted(classes.size(), listed(classes));
      case MEAN_SQUARED_ERROR -> "a number, mean squared error";
      case HUBER -> "a number, Huber's loss";
    };
  }

  private static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  private static boolean isWhole(String text, int below) {
    if (!isNumber(text)) {
      return false;
    }
    double value = Double.parseDouble(text);
    return value == Math.rint(value) && value >= 0 && value < below;
  }

  private static String listed(List<String> texts) {
    return texts.size() <= SHOWN
        ? String.join(", ", texts)
        : "%s and %d more"
            .formatted(String.join(", ", texts.subList(0, SHOWN)), texts.size() - SHOWN);
  }

  private static CommandFailure wrong(LabelColumn labels, String problem) {
    return new CommandFailure("the label '%s' %s".formatted(labels.name(), problem));
  }
}

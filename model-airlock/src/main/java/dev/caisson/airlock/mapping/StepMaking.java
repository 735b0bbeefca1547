package dev.caisson.airlock.mapping;

import dev.caisson.airlock.mapping.Mapping.ColumnUse;
import dev.caisson.airlock.table.CellNumber;
import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.runtime.score.ModelInput;
import dev.caisson.runtime.score.ModelInput.Kind;
import java.util.ArrayList;
import java.util.List;

/// Fits one column to one input, or says why it does not fit.
final class StepMaking {
  private StepMaking() {}

  static Step step(
      RecordColumn column,
      int at,
      ModelShape model,
      List<RecordColumn> columns,
      ModelInput input,
      ColumnUse use)
      throws BadMappingException {
    if (!use.categories().isEmpty()) {
      return oneHot(column, at, input, use);
    }
    if (input.kind() == Kind.TEXT) {
      return text(column, at, use);
    }
    if (column.isText()) {
      throw new BadMappingException(
          "the column '%s' holds texts and the model's input %s; give its categories in a mapping, in the order in which the model was trained. %s"
              .formatted(column.name(), ModelShape.words(input), Skeleton.of(columns, model)));
    }
    float missing = Float.NaN;
    if (use.missing().isPresent()) {
      missing = number(column, use.missing().get());
    }
    return new Step.Scaled(at, input.kind(), use.mean(), use.deviation(), missing);
  }

  private static Step text(RecordColumn column, int at, ColumnUse use) throws BadMappingException {
    if (!column.isText()) {
      throw new BadMappingException(
          "the model takes '%s' as texts and the column was read as numbers"
              .formatted(column.name()));
    }
    if (use.mean() != 0 || use.deviation() != 1) {
      throw new BadMappingException(
          "the model takes '%s' as texts, which have no mean and no deviation"
              .formatted(column.name()));
    }
    List<String> texts = column.texts();
    float missing = Float.NaN;
    if (use.missing().isPresent()) {
      String filled = use.missing().get();
      if (!texts.contains(filled)) {
        texts = new ArrayList<>(texts);
        texts.add(filled);
      }
      missing = texts.indexOf(filled);
    }
    return new Step.Text(at, texts, missing);
  }

  private static Step oneHot(RecordColumn column, int at, ModelInput input, ColumnUse use)
      throws BadMappingException {
    if (input.kind() == Kind.TEXT) {
      throw new BadMappingException(
          "the model takes '%s' as texts itself; leave its categories out"
              .formatted(column.name()));
    }
    List<Integer> categoryOf = new ArrayList<>();
    List<Float> values = new ArrayList<>();
    if (column.isText()) {
      column.texts().forEach(text -> categoryOf.add(use.categories().indexOf(text)));
    } else {
      for (String category : use.categories()) {
        values.add(number(column, category));
      }
    }
    int missing = -1;
    if (use.missing().isPresent()) {
      missing = use.categories().indexOf(use.missing().get());
      if (missing < 0) {
        throw new BadMappingException(
            "missing cells of '%s' are read as '%s', which is none of its categories"
                .formatted(column.name(), use.missing().get()));
      }
    }
    return new Step.OneHot(at, use.categories().size(), categoryOf, values, missing);
  }

  /// A category or a filled-in value of a column of numbers; true and false are 1 and 0 there.
  private static float number(RecordColumn column, String text) throws BadMappingException {
    double number =
        text.equalsIgnoreCase("true")
            ? 1
            : text.equalsIgnoreCase("false") ? 0 : CellNumber.parse(text);
    if (!Float.isFinite((float) number)) {
      throw new BadMappingException(
          "the column '%s' holds numbers, and '%s' in the mapping is none"
              .formatted(column.name(), text));
    }
    return (float) number;
  }
}

package dev.caisson.airlock.mapping;

import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.airlock.table.Records;
import dev.caisson.runtime.score.ModelInput.Kind;

/// Carries out an [EncodingPlan].
final class RowEncoding {
  private static final float LARGEST_WHOLE = 1 << 24; // beyond it floats skip whole numbers

  private RowEncoding() {}

  /// Row after row; the records' own array where nothing has to be changed.
  static float[] encode(Records records, EncodingPlan plan) throws BadMappingException {
    int width = plan.width();
    boolean same = plan.identity(records.columns().size());
    float[] rows = same ? records.cells() : new float[Math.multiplyExact(records.rows(), width)];
    int at = 0;
    for (Step step : plan.steps()) {
      switch (step) {
        case Step.Scaled number -> {
          if (!same || EncodingPlan.isWhole(number.kind())) {
            numbers(records, number, rows, at, width);
          }
        }
        case Step.OneHot oneHot -> categories(records, oneHot, rows, at, width);
        case Step.Text text -> {
          if (!same) {
            texts(records, text, rows, at, width);
          }
        }
      }
      at += step.width();
    }
    return rows;
  }

  private static void numbers(Records records, Step.Scaled step, float[] to, int at, int width)
      throws BadMappingException {
    boolean asRead = step.mean() == 0 && step.deviation() == 1;
    for (int row = 0; row < records.rows(); row++) {
      float cell = records.cell(row, step.column());
      cell = Float.isNaN(cell) ? step.missing() : cell;
      float value = asRead ? cell : (float) ((cell - step.mean()) / step.deviation());
      if (EncodingPlan.isWhole(step.kind())) {
        checkWhole(records, step, row, value);
      }
      to[row * width + at] = value;
    }
  }

  private static void checkWhole(Records records, Step.Scaled step, int row, float value)
      throws BadMappingException {
    boolean flag = step.kind() == Kind.FLAG;
    if (Float.isNaN(value)) {
      throw wrong(
          records,
          step,
          row,
          "the cell is missing, and the model takes whole numbers; give the mapping what a missing cell is read as");
    }
    if (value != Math.rint(value)
        || Math.abs(value) > LARGEST_WHOLE
        || (flag && value != 0 && value != 1)) {
      throw wrong(
          records,
          step,
          row,
          "the model takes %s here, and the cell is none"
              .formatted(flag ? "0 or 1" : "whole numbers up to 2^24"));
    }
  }

  private static void categories(Records records, Step.OneHot step, float[] to, int at, int width)
      throws BadMappingException {
    for (int row = 0; row < records.rows(); row++) {
      float cell = records.cell(row, step.column());
      int category = step.category(cell);
      if (category < 0) {
        throw wrong(
            records,
            step,
            row,
            Float.isNaN(cell)
                ? "the cell is missing; give the mapping what a missing cell is read as"
                : "the cell is none of the categories that the mapping lists; add it there if the model knows it");
      }
      to[row * width + at + category] = 1;
    }
  }

  private static void texts(Records records, Step.Text step, float[] to, int at, int width) {
    for (int row = 0; row < records.rows(); row++) {
      float cell = records.cell(row, step.column());
      to[row * width + at] = Float.isNaN(cell) ? step.missing() : cell;
    }
  }

  private static BadMappingException wrong(Records records, Step step, int row, String problem) {
    RecordColumn column = records.columns().get(step.column());
    return new BadMappingException(
        "%s, column '%s': %s".formatted(records.where(row), column.name(), problem));
  }
}

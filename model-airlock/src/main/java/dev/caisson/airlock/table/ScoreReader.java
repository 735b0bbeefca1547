package dev.caisson.airlock.table;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.dataset.BadCellException;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import dev.caisson.yaml.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads `--scores`: the outputs of a model that is no ONNX file, a row for each id of both sides,
/// in any order. Columns: the id, and one for each class named after it, or `score` alone.
public final class ScoreReader {
  private ScoreReader() {}

  /// @param records read with an id
  /// @param probabilities whether the outputs are; empty: told from the values
  /// @throws BadTableException if an id has no row or two, or an output is missing
  public static Scores read(
      Path file, String idColumn, Records records, Optional<Boolean> probabilities)
      throws IOException, BadTableException {
    long[] ids = records.ids();
    if (ids == null) {
      throw new IllegalArgumentException("scores are joined by id: read the records with one");
    }
    TableFile table = TableFile.open(file);
    int id = table.columns().indexOf(idColumn);
    if (id < 0) {
      throw bad(
          file,
          idColumn,
          "the scores need the column that --id names" + Spelling.hint(idColumn, table.columns()));
    }
    List<String> outputs = table.columns().stream().filter(c -> !c.equals(idColumn)).toList();
    if (outputs.isEmpty()) {
      throw bad(
          file, "", "no column of outputs: give one for each class, named after it, or 'score'");
    }
    HashIndex rowOf = new HashIndex(ids.length);
    for (int row = 0; row < ids.length; row++) {
      if (rowOf.putIfAbsent(ids[row], row) != row) {
        throw bad(
            file,
            "",
            "%s and %s have one id, so scores cannot be told apart; give every row an id of its own and name persons with --group"
                .formatted(records.where(rowOf.get(ids[row])), records.where(row)));
      }
    }
    Joined joined = new Joined(records, rowOf, id, table.columns().size());
    // Two passes: first where each row belongs, then its outputs, since columns may come one by
    // one.
    table.read(joined.places(Math.toIntExact(Math.min(table.expectedRows(), 1 << 28))));
    int first = joined.firstMissing();
    if (first >= 0) {
      throw bad(
          file,
          "",
          "%,d of %,d rows of the tables have no scores; the first is %s"
              .formatted(joined.missing(), ids.length, records.where(first)));
    }
    table.read(joined.outputs());
    return scores(outputs, joined.values, joined.aside, probabilities);
  }

  private static Scores scores(
      List<String> names, float[] values, int aside, Optional<Boolean> said) {
    int width = names.size();
    boolean look = Predictions.lookLikeProbabilities(values, width);
    boolean taken = said.orElse(look);
    String words =
        "The scores were taken for %s: %s.%s"
            .formatted(
                taken ? "probabilities" : "logits or values",
                said.isPresent()
                    ? "so says the mapping"
                    : look
                        ? width == 1
                            ? "all are between 0 and 1"
                            : "all are between 0 and 1 and each row adds up to 1"
                        : "not all are between 0 and 1 with rows that add up to 1",
                aside > 0
                    ? " %,d rows of ids that are in neither table were left aside.".formatted(aside)
                    : "");
    return new Scores(width, width == 1 ? List.of() : names, values, taken, words);
  }

  private static BadTableException bad(Path file, String column, String problem) {
    return BadTableException.of(file, new Fault(0, column, problem));
  }

  /// The scores on their way to the rows that they are of.
  private static final class Joined {
    private final Records records;
    private final HashIndex rowOf;
    private final int id;
    private final int width;
    private final KeyedHash hash;
    private final float[] values;
    private final boolean[] found;
    private int[] rows = {}; // of each row of the scores; -1 where its id is in neither table
    private int aside;

    Joined(Records records, HashIndex rowOf, int id, int columns) {
      this.records = records;
      this.rowOf = rowOf;
      this.id = id;
      this.width = columns - 1;
      this.hash = records.hash();
      this.values = new float[Math.multiplyExact(records.rows(), width)];
      this.found = new boolean[records.rows()];
    }

    Cells places(int expected) {
      rows = new int[Math.max(1, Math.min(expected, 2 * records.rowsRead()))];
      return new Cells() {
        @Override
        public boolean wants(int column) {
          return column == id;
        }

        @Override
        public void text(int row, int column, String cell) throws BadCellException {
          if (row >= rows.length) {
            rows = Arrays.copyOf(rows, row + 1 + row / 2);
          }
          int place = rowOf.get(hash.of(cell));
          if (place >= 0 && found[place]) {
            throw new BadCellException("this id has a row before; give each id one");
          }
          rows[row] = place;
          if (place >= 0) {
            found[place] = true;
          } else {
            aside++;
          }
        }

        @Override
        public void number(int row, int column, double value) throws BadCellException {
          text(row, column, Double.isNaN(value) ? "" : CellNumber.text(value));
        }
      };
    }

    Cells outputs() {
      return new Cells() {
        @Override
        public boolean wants(int column) {
          return column != id;
        }

        @Override
        public void text(int row, int column, String cell) throws BadCellException {
          number(row, column, CellNumber.parse(cell));
        }

        @Override
        public void number(int row, int column, double value) throws BadCellException {
          if (rows[row] >= 0) {
            if (!Float.isFinite((float) value)) {
              throw new BadCellException("an output is a finite number");
            }
            values[rows[row] * width + (column < id ? column : column - 1)] = (float) value;
          }
        }
      };
    }

    int firstMissing() {
      for (int i = 0; i < found.length; i++) {
        if (!found[i]) {
          return i;
        }
      }
      return -1;
    }

    int missing() {
      int count = 0;
      for (boolean has : found) {
        count += has ? 0 : 1;
      }
      return count;
    }
  }
}

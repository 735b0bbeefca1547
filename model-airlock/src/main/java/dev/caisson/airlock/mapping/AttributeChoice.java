package dev.caisson.airlock.mapping;

import dev.caisson.airlock.attack.Attribute;
import dev.caisson.airlock.attack.Inputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// Which attributes an attacker tries to infer: categories and numbers of 2 to 10 values as they
/// are, other numbers by the medians of five equally filled bins. Constants are left out, and
/// columns with missing cells, since nearest values are not defined for those. At most ten, those
/// of fewest values first.
final class AttributeChoice {
  private static final int MOST = 10;
  private static final int MOST_VALUES = 10;
  private static final int BINS = 5;
  private static final int SAMPLE = 100_000; // rows for quantiles: centres need no more
  private static final int MOST_BLOCKS = 1_000; // beyond it, pixels

  /// A column's positions.
  record Block(String name, int first, int width, Kind kind) {
    enum Kind {
      NUMBER,
      CODE,
      ONE_HOT
    }
  }

  private record Candidate(Attribute attribute, int values) {}

  private AttributeChoice() {}

  static List<Attribute> of(Inputs rows, List<Block> blocks) {
    if (blocks.size() > MOST_BLOCKS) {
      return List.of();
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Block block : blocks) {
      if (block.kind() == Block.Kind.ONE_HOT) {
        if (block.width() >= 2 && block.width() <= MOST_VALUES && varies(rows, block)) {
          candidates.add(
              new Candidate(
                  Attribute.oneHot(block.name(), block.first(), block.width()), block.width()));
        }
      } else {
        float[] values = values(rows, block);
        if (values.length >= 2) {
          candidates.add(
              new Candidate(Attribute.binned(block.name(), block.first(), values), values.length));
        }
      }
    }
    return candidates.stream()
        .sorted(Comparator.comparingInt(Candidate::values))
        .limit(MOST)
        .map(Candidate::attribute)
        .toList();
  }

  private static boolean varies(Inputs rows, Block block) {
    boolean[] seen = new boolean[block.width()];
    float[] cells = rows.values();
    for (int at = block.first(); at < cells.length; at += rows.width()) {
      for (int i = 0; i < seen.length; i++) {
        seen[i] |= cells[at + i] == 1;
      }
    }
    int count = 0;
    for (boolean one : seen) {
      count += one ? 1 : 0;
    }
    return count > 1;
  }

  /// What can be tried; nothing where a cell is missing or codes are too many.
  private static float[] values(Inputs rows, Block block) {
    float[] cells = rows.values();
    TreeSet<Float> few = new TreeSet<>();
    for (int at = block.first(); at < cells.length; at += rows.width()) {
      if (Float.isNaN(cells[at])) {
        return new float[0];
      }
      if (few.size() <= MOST_VALUES) {
        few.add(cells[at] + 0f); // -0 is 0
      }
    }
    if (few.size() > MOST_VALUES) {
      return block.kind() == Block.Kind.CODE ? new float[0] : medians(rows, block.first());
    }
    float[] values = new float[few.size()];
    int i = 0;
    for (float value : few) {
      values[i++] = value;
    }
    return values;
  }

  private static float[] medians(Inputs rows, int position) {
    int step = Math.max(1, rows.rows() / SAMPLE);
    float[] sample = new float[(rows.rows() + step - 1) / step];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = rows.values()[i * step * rows.width() + position];
    }
    Arrays.sort(sample);
    TreeSet<Float> centres = new TreeSet<>();
    for (int bin = 0; bin < BINS; bin++) {
      centres.add(sample[(int) ((2L * bin + 1) * sample.length / (2 * BINS))]);
    }
    float[] values = new float[centres.size()];
    int i = 0;
    for (float centre : centres) {
      values[i++] = centre;
    }
    return values;
  }
}

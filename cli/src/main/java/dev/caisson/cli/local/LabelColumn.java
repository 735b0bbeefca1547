package dev.caisson.cli.local;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The texts of a label column, each different text kept once.
final class LabelColumn {
  private final String name;
  private final List<Distinct> distinct = new ArrayList<>();
  private final Map<String, Integer> codes = new HashMap<>();
  private int[] rows = new int[1024];
  private int size;

  /// @param line of its first appearance, as an editor counts; 0 where that is not known
  record Distinct(String text, long line) {
    /// For messages: `'3' (line 7)`.
    @Override
    public String toString() {
      String shown = text.replaceAll("\\p{Cntrl}", "?");
      shown = shown.length() <= 24 ? shown : shown.substring(0, 24) + "…";
      return line == 0 ? "'%s'".formatted(shown) : "'%s' (line %d)".formatted(shown, line);
    }
  }

  LabelColumn(String name) {
    this.name = name;
  }

  void add(String text, long line) {
    Integer code = codes.get(text);
    if (code == null) {
      code = distinct.size();
      codes.put(text, code);
      distinct.add(new Distinct(text, line));
    }
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, 2 * size);
    }
    rows[size++] = code;
  }

  String name() {
    return name;
  }

  List<Distinct> distinct() {
    return distinct;
  }

  /// Each row's number, given the number of each distinct text.
  float[] spread(float[] values) {
    float[] y = new float[size];
    for (int i = 0; i < size; i++) {
      y[i] = values[rows[i]];
    }
    return y;
  }
}

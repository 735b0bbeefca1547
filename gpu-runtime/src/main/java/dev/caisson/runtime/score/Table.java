package dev.caisson.runtime.score;

import java.util.List;

/// Rows on their way into a model, held by reference.
///
/// @param cells row after row
/// @param texts for each position its dictionary; may be empty where a model takes no texts
@SuppressWarnings("ArrayRecordComponent") // never compared, never leaves the package
record Table(float[] cells, int width, List<List<String>> texts) {
  static final Table NONE = new Table(new float[0], 1, List.of());

  float at(int row, int position) {
    return cells[row * width + position];
  }

  List<String> texts(int position) {
    return texts.get(position);
  }
}

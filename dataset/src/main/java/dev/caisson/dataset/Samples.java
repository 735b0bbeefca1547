package dev.caisson.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Persons as a model sees them: row `i` is `width` features and one label (its class as 0, 1,
/// ...), of the person `ids().get(i)`. Immutable and thread-safe. This is row-level data: it stays
/// in the site's process, and [#toString] tells only its size.
public final class Samples {
  private final List<String> ids;
  private final int width;
  private final float[] features;
  private final float[] labels;

  /// @param features row-major, `ids.size() × width`, all finite; copied
  /// @param labels one a row, all finite; copied
  public Samples(List<String> ids, int width, float[] features, float[] labels) {
    this(List.copyOf(ids), width, features.clone(), labels.clone(), true);
  }

  private Samples(List<String> ids, int width, float[] features, float[] labels, boolean checked) {
    if (width < 1 || (long) ids.size() * width != features.length || labels.length != ids.size()) {
      throw new IllegalArgumentException(
          "%d ids need as many labels and %d features each, got %d labels and %d features"
              .formatted(ids.size(), width, labels.length, features.length));
    }
    if (checked) {
      finite("feature", features);
      finite("label", labels);
    }
    this.ids = ids;
    this.width = width;
    this.features = features;
    this.labels = labels;
  }

  /// The rows of several tables below one another, for example to compare with pooled training.
  public static Samples pool(List<Samples> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("pooling needs at least one part");
    }
    int width = parts.getFirst().width;
    int rows = Math.toIntExact(parts.stream().mapToLong(Samples::rows).sum());
    List<String> ids = new ArrayList<>(rows);
    float[] features = new float[Math.multiplyExact(rows, width)];
    float[] labels = new float[rows];
    for (Samples part : parts) {
      if (part.width != width) {
        throw new IllegalArgumentException(
            "cannot pool rows of %d and of %d features".formatted(width, part.width));
      }
      System.arraycopy(part.features, 0, features, ids.size() * width, part.features.length);
      System.arraycopy(part.labels, 0, labels, ids.size(), part.labels.length);
      ids.addAll(part.ids);
    }
    return new Samples(List.copyOf(ids), width, features, labels, false);
  }

  public int rows() {
    return labels.length;
  }

  public int width() {
    return width;
  }

  public List<String> ids() {
    return ids;
  }

  public float feature(int row, int column) {
    return features[Objects.checkIndex(row, rows()) * width + Objects.checkIndex(column, width)];
  }

  public float label(int row) {
    return labels[row];
  }

  /// Writes one row's features to `to[at .. at + width)`, without allocating.
  public void copyRow(int row, float[] to, int at) {
    System.arraycopy(features, Objects.checkIndex(row, rows()) * width, to, at, width);
  }

  /// All features, row-major `rows × width`; a fresh copy at each call.
  public float[] features() {
    return features.clone();
  }

  /// All labels; a fresh copy at each call.
  public float[] labels() {
    return labels.clone();
  }

  /// The rows of these positions, in this order; a position may come twice.
  public Samples select(int[] rows) {
    List<String> chosen = new ArrayList<>(rows.length);
    float[] f = new float[Math.multiplyExact(rows.length, width)];
    float[] l = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      chosen.add(ids.get(rows[i]));
      copyRow(rows[i], f, i * width);
      l[i] = labels[rows[i]];
    }
    return new Samples(List.copyOf(chosen), width, f, l, false);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Samples s
        && width == s.width
        && ids.equals(s.ids)
        && Arrays.equals(features, s.features)
        && Arrays.equals(labels, s.labels);
  }

  @Override
  public int hashCode() {
    return 31 * ids.hashCode() + Arrays.hashCode(features);
  }

  @Override
  public String toString() {
    return "Samples[%d rows of %d features]".formatted(rows(), width);
  }

  private static void finite(String what, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException("%s %d is %s".formatted(what, i, values[i]));
      }
    }
  }
}

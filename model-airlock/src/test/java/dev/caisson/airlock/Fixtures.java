package dev.caisson.airlock;

import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The files that `src/test/python/sklearn_fixtures.py` made, and the members they were trained on:
/// six columns, a class, a cost.
public final class Fixtures {
  public static final int COLUMNS = 6;

  private Fixtures() {}

  public static byte[] onnx(String name) {
    return bytes("fixtures/" + name + ".onnx");
  }

  public static ModelGraph graph(String name) {
    return new OnnxFileScan(ScanLimits.usual()).graph(onnx(name));
  }

  /// The members' six columns, row after row.
  public static float[] rows() {
    List<String> lines = lines();
    float[] rows = new float[lines.size() * COLUMNS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Float.parseFloat(lines.get(i / COLUMNS).split(",", -1)[i % COLUMNS]);
    }
    return rows;
  }

  public static float[] classes() {
    return column(COLUMNS);
  }

  public static float[] costs() {
    return column(COLUMNS + 1);
  }

  private static float[] column(int column) {
    List<String> lines = lines();
    float[] values = new float[lines.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(lines.get(i).split(",", -1)[column]);
    }
    return values;
  }

  private static List<String> lines() {
    return new String(bytes("fixtures/members.csv"), StandardCharsets.US_ASCII).lines().toList();
  }

  private static byte[] bytes(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

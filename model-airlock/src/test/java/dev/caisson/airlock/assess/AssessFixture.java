package dev.caisson.airlock.assess;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;

/// A model with its rows, made by `src/test/python/assess_fixtures.py`.
record AssessFixture(String name) {
  byte[] onnx() throws IOException {
    return bytes("model.onnx");
  }

  /// What the library itself gives for the first non-members.
  float[][] expected() throws IOException {
    List<String[]> lines = lines("expected.csv");
    int texts = lines.getFirst()[0].equals("file") ? 1 : 0;
    return lines.stream().skip(1).map(line -> floats(line, texts)).toArray(float[][]::new);
  }

  /// `p` for probabilities, `z` for logits, `v` for values.
  char expectedKind() throws IOException {
    String[] header = lines("expected.csv").getFirst();
    return header[header.length - 1].charAt(0);
  }

  /// Cells as the model takes them: numbers as they are, texts by their places in `texts`, which
  /// are filled.
  float[] nonMembers(int rows, List<List<String>> texts) throws IOException {
    List<String[]> lines = lines("non-members.csv");
    String[] header = lines.getFirst();
    int from = header[0].equals("patient") ? 1 : 0;
    int width = header.length - 1 - from;
    float[] cells = new float[rows * width];
    for (int i = 0; i < width; i++) {
      texts.add(new ArrayList<>());
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        String cell = lines.get(row + 1)[from + i];
        boolean text = List.of("menopause", "tumour_size", "grade").contains(header[from + i]);
        cells[row * width + i] = text ? place(texts.get(i), cell) : Float.parseFloat(cell);
      }
    }
    return name.startsWith("columns") ? cells : numbers(cells, width, lines, from);
  }

  /// In every other table all cells are numbers.
  private static float[] numbers(float[] cells, int width, List<String[]> lines, int from) {
    for (int at = 0; at < cells.length; at++) {
      cells[at] = Float.parseFloat(lines.get(at / width + 1)[from + at % width]);
    }
    return cells;
  }

  private static float place(List<String> texts, String text) {
    if (!texts.contains(text)) {
      texts.add(text);
    }
    return texts.indexOf(text);
  }

  /// Grey levels 0..1 of the pictures that `expected.csv` names, row after row.
  float[] pictures() throws IOException {
    Map<String, float[]> all = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(stream("images.zip"))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        var raster = ImageIO.read(new java.io.ByteArrayInputStream(zip.readAllBytes())).getRaster();
        float[] levels = raster.getSamples(0, 0, 8, 8, 0, new float[64]);
        for (int i = 0; i < levels.length; i++) {
          levels[i] /= 255;
        }
        all.put(entry.getName(), levels);
      }
    }
    List<String[]> shown = lines("expected.csv");
    float[] cells = new float[(shown.size() - 1) * 64];
    for (int row = 1; row < shown.size(); row++) {
      System.arraycopy(all.get(shown.get(row)[0]), 0, cells, (row - 1) * 64, 64);
    }
    return cells;
  }

  private static float[] floats(String[] line, int from) {
    float[] values = new float[line.length - from];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(line[from + i]);
    }
    return values;
  }

  private List<String[]> lines(String file) throws IOException {
    return Arrays.stream(new String(bytes(file), StandardCharsets.UTF_8).split("\n", -1))
        .filter(line -> !line.isEmpty())
        .map(line -> line.split(",", -1))
        .toList();
  }

  private byte[] bytes(String file) throws IOException {
    try (InputStream in = stream(file)) {
      return in.readAllBytes();
    }
  }

  private InputStream stream(String file) {
    InputStream in = AssessFixture.class.getResourceAsStream(name + "/" + file);
    if (in == null) {
      throw new IllegalArgumentException("no fixture %s/%s".formatted(name, file));
    }
    return in;
  }
}

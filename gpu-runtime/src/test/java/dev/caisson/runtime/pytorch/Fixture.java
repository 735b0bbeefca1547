package dev.caisson.runtime.pytorch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Schedule;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A model exported by a Python library, with its rows, and what that library made of them. The
/// scripts that wrote it are in src/test/fixtures.
record Fixture(Path folder, JsonNode expected) {
  private static final Path ROOT = Path.of("src/test/resources/fixtures");

  static List<Fixture> all() throws IOException {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("expected.json")))
          .sorted()
          .map(Fixture::read)
          .toList();
    }
  }

  /// Those with the result of an epoch in plain PyTorch.
  static List<Fixture> trained() throws IOException {
    return all().stream().filter(f -> f.expected.has("losses")).toList();
  }

  private static Fixture read(Path folder) {
    try {
      return new Fixture(
          folder, new ObjectMapper().readTree(folder.resolve("expected.json").toFile()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  OnnxModel model() throws IOException, InvalidModelException {
    return OnnxModel.load(folder.resolve("model.onnx"));
  }

  int rows() {
    return expected.get("rows").intValue();
  }

  int features() {
    return expected.get("features").intValue();
  }

  TrainingSet set() throws IOException {
    return new TrainingSet(floats("input.bin"), rows(), features(), floats("labels.bin"));
  }

  TrainingRecipe recipe() {
    JsonNode e = expected;
    Schedule schedule =
        e.get("schedule").get("kind").textValue().equals("cosine")
            ? new Schedule.Cosine(Math.ceilDiv(rows(), e.get("batchSize").intValue()), 0)
            : Schedule.constant();
    return new TrainingRecipe(
        loss(),
        optimiser(e.get("optimiser")),
        e.get("learningRate").doubleValue(),
        e.get("batchSize").intValue(),
        e.get("proximal").doubleValue(),
        schedule,
        e.get("clipNorm").doubleValue());
  }

  Loss loss() {
    return Loss.valueOf(expected.get("loss").textValue());
  }

  private static Optimiser optimiser(JsonNode o) {
    double decay = o.get("weightDecay").doubleValue();
    return switch (o.get("kind").textValue()) {
      case "sgd" -> new Optimiser.Sgd(o.get("momentum").doubleValue(), decay);
      case "adam" -> new Optimiser.Adam(0.9, 0.999, o.get("epsilon").doubleValue(), decay);
      case "adamw" -> new Optimiser.AdamW(0.9, 0.999, o.get("epsilon").doubleValue(), decay);
      default -> throw new IllegalArgumentException(o.toString());
    };
  }

  Seed seed() {
    JsonNode s = expected.get("seed");
    return new Seed(s.get("study").longValue(), s.get("round").longValue());
  }

  double tolerance(String of) {
    return expected.get("tolerance").get(of).doubleValue();
  }

  float[] floats(String file) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }
}

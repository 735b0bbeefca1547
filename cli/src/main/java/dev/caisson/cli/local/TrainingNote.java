package dev.caisson.cli.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.Loss;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a trained file cannot say itself: which columns its inputs are, in which order, and what
/// its outputs mean. Kept beside it as `MODEL.onnx.json`.
///
/// Why not in the file: a trained model differs from the one that it came from in its weights'
/// bytes and in nothing else, which is how a custodian can see that training added nothing. The
/// note binds itself to its file by digest and is refused beside any other.
///
/// @param model the digest of the file that it is about
/// @param features the names of the inputs, in the model's order
/// @param classes the text of each class; empty where the label is a number
public record TrainingNote(
    Digest model, List<String> features, String label, List<String> classes, Loss loss) {
  private static final String FORMAT = "caisson/training-note/v1";
  private static final int MOST_BYTES = 4 << 20;

  public TrainingNote {
    features = List.copyOf(features);
    classes = List.copyOf(classes);
  }

  static Path fileBeside(Path model) {
    return model.resolveSibling(model.getFileName() + ".json");
  }

  /// The note beside a model; empty where there is none.
  static Optional<TrainingNote> beside(Path file, OnnxModel model)
      throws IOException, CommandFailure {
    Path note = fileBeside(file);
    if (!Files.exists(note)) {
      return Optional.empty();
    }
    TrainingNote read = Files.isRegularFile(note) ? read(note) : null;
    if (read == null) {
      throw new CommandFailure(
          "%s is not a note of ours about a training; move it away to go on without one"
              .formatted(note));
    }
    if (!read.model().equals(model.digest())) {
      throw new CommandFailure(
          "%s is about another file than %s (%s, not %s); move it away to go on without it"
              .formatted(note, file, read.model(), model.digest()));
    }
    return Optional.of(read);
  }

  /// The features that the note beside a model names, in the model's order; empty where there is no
  /// note.
  public static List<String> featuresBeside(Path file) throws IOException, CommandFailure {
    Path note = fileBeside(file);
    if (!Files.isRegularFile(note)) {
      return List.of();
    }
    TrainingNote read = read(note);
    if (read == null || !read.model().equals(Digest.ofFile(file))) {
      throw new CommandFailure(
          "%s is not a note of ours about %s; move it away to go on without one"
              .formatted(note, file));
    }
    return read.features();
  }

  private static @Nullable TrainingNote read(Path note) throws IOException {
    try (InputStream in = Files.newInputStream(note)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      return bytes.length > MOST_BYTES ? null : parse(bytes);
    }
  }

  private static @Nullable TrainingNote parse(byte[] bytes) throws IOException {
    try {
      JsonNode json = new ObjectMapper().readTree(bytes);
      if (!json.path("format").asText().equals(FORMAT)) {
        return null;
      }
      return new TrainingNote(
          Digest.parse(json.path("model").path("digest").asText()),
          texts(json.path("features")),
          json.path("label").path("column").asText(),
          texts(json.path("label").path("classes")),
          Loss.valueOf(json.path("loss").asText().toUpperCase(Locale.ROOT).replace('-', '_')));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return null; // not JSON, no digest, no loss: not a note of ours
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /// The fields that are read back; a command adds what else is worth keeping.
  ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("format", FORMAT);
    json.putObject("model").put("digest", model.toString());
    features.forEach(json.putArray("features")::add);
    ObjectNode about = json.putObject("label").put("column", label);
    classes.forEach(about.putArray("classes")::add);
    json.put("loss", name(loss));
    return json;
  }

  static String name(Loss loss) {
    return loss.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

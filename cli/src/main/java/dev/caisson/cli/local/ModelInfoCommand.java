package dev.caisson.cli.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.ValueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson model info`: what is in a file, and where each weight lies in the flat vector that
/// sites send.
@Command(
    name = "info",
    description =
        "Show a model's inputs, outputs, operations, and its parameters with their places in the "
            + "flat vector and the digests of their values.")
final class ModelInfoCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  @Parameters(paramLabel = "M.onnx", description = "The model's file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure {
    OnnxModel model = ModelFile.load(file);
    command.commandLine().getOut().println(json ? json(model) : text(model));
    return 0;
  }

  private String text(OnnxModel model) {
    StringBuilder out = new StringBuilder();
    out.append("file        %s, %s%n".formatted(file, model.digest()));
    out.append("opset       %d%n".formatted(model.opset()));
    values(out, "input", model.graph().inputs());
    values(out, "output", model.graph().outputs());
    out.append(
        "operations  %d: %s%n"
            .formatted(
                model.graph().nodes().size(),
                operations(model).entrySet().stream()
                    .map(each -> "%d %s".formatted(each.getValue(), each.getKey()))
                    .collect(Collectors.joining(", "))));
    out.append(
        "parameters  %d with %,d numbers%n%n"
            .formatted(model.layout().parameters().size(), model.layout().length()));
    TextTable table = new TextTable("parameter", "shape", "from", "numbers", "kind", "sha256");
    float[] vector = model.initialVector();
    for (Parameter parameter : model.layout().parameters()) {
      table.row(
          parameter.name(),
          parameter.shape().toString(),
          Integer.toString(parameter.offset()),
          Integer.toString(parameter.length()),
          kind(parameter),
          model.layout().digestOf(parameter, vector).shortHex());
    }
    return out.append(table).toString();
  }

  private static void values(StringBuilder out, String head, List<ValueInfo> values) {
    for (ValueInfo value : values) {
      out.append("%-11s %s%n".formatted(head, words(value)));
    }
  }

  private static String words(ValueInfo value) {
    return "%s %s%s"
        .formatted(
            value.name(),
            value.type().name().toLowerCase(Locale.ROOT),
            value.known() ? value.shape() : " of unknown shape");
  }

  private String json(OnnxModel model) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("file", file.toString()).put("digest", model.digest().toString());
    json.put("opset", model.opset());
    values(json.putArray("inputs"), model.graph().inputs());
    values(json.putArray("outputs"), model.graph().outputs());
    ObjectNode operations = json.putObject("operations");
    operations(model).forEach(operations::put);
    json.put("numbers", model.layout().length());
    json.put("layout", model.layout().digest().toString());
    ArrayNode parameters = json.putArray("parameters");
    float[] vector = model.initialVector();
    for (Parameter parameter : model.layout().parameters()) {
      ObjectNode each = parameters.addObject().put("name", parameter.name());
      parameter.shape().dimensions().forEach(each.putArray("shape")::add);
      each.put("offset", parameter.offset()).put("length", parameter.length());
      each.put("kind", kind(parameter));
      each.put("digest", model.layout().digestOf(parameter, vector).toString());
    }
    return json.toString();
  }

  private static void values(ArrayNode array, List<ValueInfo> values) {
    for (ValueInfo value : values) {
      ObjectNode each = array.addObject().put("name", value.name());
      each.put("type", value.type().name().toLowerCase(Locale.ROOT));
      if (value.known()) {
        value.shape().dimensions().forEach(each.putArray("shape")::add);
      }
    }
  }

  private static SortedMap<String, Long> operations(OnnxModel model) {
    return model.graph().nodes().stream()
        .collect(Collectors.groupingBy(Node::operation, TreeMap::new, Collectors.counting()));
  }

  private static String kind(Parameter parameter) {
    return parameter.kind().name().toLowerCase(Locale.ROOT);
  }
}

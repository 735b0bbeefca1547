package dev.caisson.cli.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.runtime.check.Finding;
import dev.caisson.runtime.check.ModelCheck;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `caisson model check`: what will and will not train, in words. Exit code 0 if the model trains,
/// 3 if it does not.
@Command(
    name = "check",
    description =
        "Say whether a model will train and what to know before: the file, its operations, and what "
            + "exporters do to weights. Exit code 0 if it trains, 3 if it does not.")
final class ModelCheckCommand implements Callable<Integer> {
  private static final int WILL_NOT_TRAIN = 3;
  private static final String NOT_AS_IT_IS =
      "will not train as it is; recipes that do: docs/how-to/export-from-pytorch.md, -keras.md, -scikit-learn.md";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  @Parameters(paramLabel = "M.onnx", description = "The model's file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    ModelCheck check =
        WayOut.added(ModelCheck.of(file, Limits.LOCAL, Engines.PYTORCH.engine()), file);
    List<String> byDl4j =
        check.summary().isPresent()
            ? ModelCheck.refusals(file, Limits.LOCAL, Engines.DL4J.engine())
            : List.of();
    command.commandLine().getOut().println(json ? json(check, byDl4j) : text(check, byDl4j));
    return check.trainable() ? 0 : WILL_NOT_TRAIN;
  }

  private String text(ModelCheck check, List<String> byDl4j) {
    StringBuilder out = new StringBuilder();
    check
        .summary()
        .ifPresent(
            summary ->
                out.append(
                    "%d operations, %,d weights%s in %d parameters%n"
                        .formatted(
                            summary.nodes(),
                            summary.weights(),
                            summary.statistics() == 0
                                ? ""
                                : " and %,d running statistics".formatted(summary.statistics()),
                            summary.parameters().size())));
    for (Finding finding : check.findings()) {
      out.append("  %s%n".formatted(finding));
    }
    if (check.trainable()) {
      byDl4j.forEach(refusal -> out.append("  not by dl4j: %s%n".formatted(refusal)));
      if (byDl4j.isEmpty()) {
        out.append("  by either engine, pytorch or dl4j%n".formatted());
      }
    }
    return out.append("%s %s".formatted(file, check.trainable() ? "will train" : NOT_AS_IT_IS))
        .toString();
  }

  private String json(ModelCheck check, List<String> byDl4j) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("file", file.toString()).put("trains", check.trainable());
    check
        .summary()
        .ifPresent(
            summary ->
                json.put("opset", summary.opset())
                    .put("operations", summary.nodes())
                    .put("weights", summary.weights())
                    .put("statistics", summary.statistics()));
    json.putObject("engines")
        .put("pytorch", check.trainable())
        .put("dl4j", check.trainable() && byDl4j.isEmpty());
    ArrayNode findings = json.putArray("findings");
    for (Finding finding : check.findings()) {
      findings
          .addObject()
          .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
          .put("subject", finding.subject())
          .put("words", finding.words());
    }
    return json.toString();
  }
}

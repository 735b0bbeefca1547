package dev.caisson.cli.answer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The option `--json`, and what follows from it: with it the last line on stdout is one JSON
/// object and nothing else is shown; without it words are. A failure is one line on stderr either
/// way, and no object. Paths are given as the caller wrote them, digests as `sha256:` and hex.
public final class Answer {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--json", description = "One JSON object instead of words.")
  private boolean json;

  /// An object to fill.
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /// Whether a program asks: for commands whose words are worth making only for people.
  public boolean json() {
    return json;
  }

  /// Where a command's words go, which may be others'.
  public PrintWriter out() {
    return PlainText.over(spec.commandLine().getOut());
  }

  /// Says once, at the end, what the command did: the object, or the lines.
  public void give(ObjectNode object, List<String> lines) {
    PrintWriter out = out();
    if (json) {
      out.println(object);
    } else {
      lines.forEach(out::println);
    }
    out.flush();
  }

  public void give(ObjectNode object, String... lines) {
    give(object, List.of(lines));
  }
}

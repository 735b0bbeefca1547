package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.ChildProcess;
import dev.caisson.cli.process.Children;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;

/// A measurement in a process of its own, waited for.
final class ChildRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ChildRun() {}

  /// The JSON on the last line that the process printed; an empty object if it printed nothing.
  static JsonNode of(Children children, ChildPlan plan)
      throws IOException, CommandFailure, InterruptedException {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    ChildProcess child = children.start(plan, lines::add);
    try {
      if (child.exit().get() != 0) {
        throw new CommandFailure(String.valueOf(child.failure().getMessage()), child.failure());
      }
    } catch (ExecutionException e) {
      throw new IOException("a run of the measurement was lost", e);
    }
    return JSON.readTree(lastLine(lines));
  }

  /// The output is read on a thread of its own, which may be a moment behind the end.
  static String lastLine(List<String> lines) throws InterruptedException {
    for (int i = 0; i < 100 && lines.isEmpty(); i++) {
      Thread.sleep(20);
    }
    return lines.isEmpty() ? "{}" : lines.getLast();
  }
}

package dev.caisson.runtime.dl4j;

import static dev.caisson.runtime.dl4j.OperationCase.sequence;
import static dev.caisson.runtime.dl4j.OperationGraph.list;
import static dev.caisson.runtime.dl4j.OperationGraph.text;
import static dev.caisson.runtime.dl4j.OperationGraph.whole;

import dev.caisson.runtime.onnx.Attribute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// LSTM with five hidden numbers, of four steps of three numbers.
final class RecurrentOperationCases {
  private RecurrentOperationCases() {}

  static List<OperationCase> trained() {
    List<OperationCase> cases = new ArrayList<>();
    for (int layout = 0; layout <= 1; layout++) {
      for (boolean biased : new boolean[] {false, true}) {
        boolean rowsFirst = layout == 1;
        cases.add(
            sequence(
                "LSTM, Y and Y_h, layout %d, %s bias".formatted(layout, biased ? "a" : "no"),
                g -> both(g, rowsFirst, biased)));
      }
    }
    cases.add(
        sequence(
            "LSTM of an LSTM",
            g -> {
              String all = lstm(g, true, true, "x", 3).getFirst();
              String inner = g.node("Squeeze", all, g.wholes(2));
              String last = lstm(g, true, true, inner, 5).getLast();
              return g.dense(g.node("Squeeze", last, g.wholes(1)), 5, 2);
            }));
    return cases;
  }

  static List<OperationCase> refused() {
    return List.of(
        refusedLstm("backwards", 1, Map.of("direction", text("reverse"))),
        refusedLstm("both ways", 2, Map.of("direction", text("bidirectional"))),
        sequence(
            "LSTM, its cell at the end",
            g -> {
              List<String> outputs =
                  g.nodes(
                      "LSTM",
                      3,
                      Map.of("hidden_size", whole(5)),
                      stepsFirst(g),
                      g.kernel(3, 1, 20, 3),
                      g.kernel(5, 1, 20, 5));
              return g.dense(g.node("Squeeze", outputs.getLast(), g.wholes(0)), 5, 2);
            }),
        sequence(
            "LSTM from a state of the rows",
            g -> {
              String state =
                  g.node("Unsqueeze", g.dense(g.node("Flatten", "x"), 12, 5), g.wholes(0));
              List<String> outputs =
                  g.nodes(
                      "LSTM",
                      2,
                      Map.of("hidden_size", whole(5)),
                      stepsFirst(g),
                      g.kernel(3, 1, 20, 3),
                      g.kernel(5, 1, 20, 5),
                      "",
                      "",
                      state);
              return g.dense(g.node("Squeeze", outputs.getLast(), g.wholes(0)), 5, 2);
            }),
        sequence(
            "GRU",
            g -> {
              List<String> outputs =
                  g.nodes(
                      "GRU",
                      2,
                      Map.of("hidden_size", whole(5)),
                      stepsFirst(g),
                      g.kernel(3, 1, 15, 3),
                      g.kernel(5, 1, 15, 5));
              return g.dense(g.node("Squeeze", outputs.getLast(), g.wholes(0)), 5, 2);
            }));
  }

  private static OperationCase refusedLstm(
      String name, int directions, Map<String, Attribute> settings) {
    Map<String, Attribute> all = new HashMap<>(settings);
    all.put("hidden_size", whole(5));
    return sequence(
        "LSTM, " + name,
        g -> {
          List<String> outputs =
              g.nodes(
                  "LSTM",
                  2,
                  all,
                  stepsFirst(g),
                  g.kernel(3, directions, 20, 3),
                  g.kernel(5, directions, 20, 5));
          String rows = g.node("Transpose", Map.of("perm", list(1, 0, 2)), outputs.getLast());
          return g.head(rows, 5 * directions);
        });
  }

  /// Reads every step and the last state.
  private static String both(OperationGraph g, boolean rowsFirst, boolean biased) {
    List<String> outputs = lstm(g, rowsFirst, biased, rowsFirst ? "x" : stepsFirst(g), 3);
    String last = g.node("Squeeze", outputs.getLast(), g.wholes(rowsFirst ? 1 : 0));
    String all = outputs.getFirst();
    if (!rowsFirst) {
      all = g.node("Transpose", Map.of("perm", list(2, 0, 1, 3)), all);
    }
    String steps = g.node("Reshape", all, g.wholes(-1, 20));
    return g.dense(g.node("Concat", Map.of("axis", whole(1)), last, steps), 25, 2);
  }

  private static List<String> lstm(
      OperationGraph g, boolean rowsFirst, boolean biased, String input, int features) {
    Map<String, Attribute> settings = new HashMap<>();
    settings.put("hidden_size", whole(5));
    settings.put("layout", whole(rowsFirst ? 1 : 0));
    List<String> inputs =
        new ArrayList<>(List.of(input, g.kernel(features, 1, 20, features), g.kernel(5, 1, 20, 5)));
    if (biased) {
      inputs.add(g.weight(1, 40));
    }
    return g.nodes("LSTM", 2, settings, inputs.toArray(String[]::new));
  }

  private static String stepsFirst(OperationGraph g) {
    return g.node("Transpose", Map.of("perm", list(1, 0, 2)), "x");
  }
}

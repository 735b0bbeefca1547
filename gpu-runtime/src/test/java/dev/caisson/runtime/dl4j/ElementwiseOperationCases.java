package dev.caisson.runtime.dl4j;

import static dev.caisson.runtime.dl4j.OperationCase.image;
import static dev.caisson.runtime.dl4j.OperationCase.row;
import static dev.caisson.runtime.dl4j.OperationGraph.list;
import static dev.caisson.runtime.dl4j.OperationGraph.real;

import dev.caisson.runtime.onnx.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Functions of one number, and arithmetic between values and with weights.
final class ElementwiseOperationCases {
  private ElementwiseOperationCases() {}

  static List<OperationCase> trained() {
    List<OperationCase> cases = new ArrayList<>();
    for (String operation :
        List.of("Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Elu", "LeakyRelu")) {
      cases.add(activation(operation, Map.of(), 6));
    }
    for (double alpha : new double[] {0.5, 1.7}) {
      cases.add(activation("Elu", Map.of("alpha", real(alpha)), 1));
    }
    for (double alpha : new double[] {0.01, 0.3}) {
      cases.add(activation("LeakyRelu", Map.of("alpha", real(alpha)), 1));
    }
    cases.add(
        row(
            "Softplus of numbers beyond 89, where e^x is no float",
            g -> {
              String large = g.node("Mul", g.dense("x", 5, 8), g.scalar(100));
              return g.dense(g.node("Mul", g.node("Softplus", large), g.scalar(0.01)), 8, 2);
            }));
    cases.add(
        image(
            "Elu of planes",
            g -> g.head(g.node("Elu", Map.of("alpha", real(0.5)), g.mixed(3)), 108)));
    for (String operation : List.of("Add", "Sub", "Mul", "Div")) {
      cases.add(
          row(
              operation + " of a row and a weight",
              g ->
                  g.dense(
                      g.node(operation, g.node("Tanh", g.dense("x", 5, 3)), g.positive(3)), 3, 2)));
      cases.add(
          row(
              operation + " of a weight and a row",
              g -> {
                String above = g.node("Add", g.node("Sigmoid", g.dense("x", 5, 3)), g.scalar(1));
                return g.dense(g.node(operation, g.positive(1, 3), above), 3, 2);
              }));
      cases.add(
          image(
              operation + " of planes and a weight for each",
              g ->
                  g.head(g.node(operation, g.node("Tanh", g.mixed(3)), g.positive(3, 1, 1)), 108)));
    }
    for (String operation : List.of("Add", "Sub", "Mul")) {
      cases.add(
          row(
              operation + " of two values",
              g -> {
                String left = g.dense("x", 5, 3);
                return g.dense(g.node(operation, left, g.node("Tanh", g.dense("x", 5, 3))), 3, 2);
              }));
    }
    cases.add(
        row(
            "Mul of a value by itself",
            g -> {
              String value = g.node("Tanh", g.dense("x", 5, 3));
              return g.dense(g.node("Mul", value, value), 3, 2);
            }));
    cases.add(
        row(
            "Sub of a value from itself",
            g -> {
              String value = g.node("Tanh", g.dense("x", 5, 3));
              return g.dense(g.node("Add", g.node("Sub", value, value), value), 3, 2);
            }));
    cases.add(
        image(
            "Add around a convolution",
            g -> {
              String inner = g.node("Relu", same(g, "x"));
              return g.head(g.node("Relu", g.node("Add", inner, same(g, inner))), 72);
            }));
    cases.add(
        row(
            "Mul of a product without a bias",
            g -> g.node("Mul", g.node("MatMul", "x", g.weight(5, 2)), g.weight(2))));
    cases.add(
        row(
            "Dropout of nothing",
            g -> g.dense(g.node("Dropout", g.dense("x", 5, 4), g.scalar(0)), 4, 2)));
    return cases;
  }

  static List<OperationCase> refused() {
    return List.of(
        row(
            "Div of two values",
            g -> {
              String value = g.node("Tanh", g.dense("x", 5, 3));
              return g.dense(g.node("Div", value, g.node("Softplus", value)), 3, 2);
            }),
        image(
            "Mul of values of different shapes",
            g ->
                g.head(
                    g.node("Mul", "x", g.node("Sigmoid", g.node("GlobalAveragePool", g.mixed(2)))),
                    72)),
        row(
            "Mul of two weights",
            g -> g.dense(g.node("MatMul", "x", g.node("Mul", g.weight(5, 3), g.weight(3))), 3, 2)),
        row("Softmax", g -> g.dense(g.node("Softmax", g.dense("x", 5, 4)), 4, 2)));
  }

  private static OperationCase activation(
      String operation, Map<String, Attribute> settings, double stretched) {
    return row(
        "%s of %s times a layer%s"
            .formatted(
                operation,
                stretched,
                settings.get("alpha") instanceof Attribute.Real(float alpha)
                    ? ", alpha " + alpha
                    : ""),
        g -> {
          String wide = g.node("Mul", g.dense("x", 5, 8), g.scalar(stretched));
          return g.dense(g.node(operation, settings, wide), 8, 2);
        });
  }

  private static String same(OperationGraph g, String input) {
    return g.node(
        "Conv",
        Map.of("kernel_shape", list(3, 3), "pads", list(1, 1, 1, 1)),
        input,
        g.kernel(18, 2, 2, 3, 3),
        g.weight(2));
  }
}

package dev.caisson.runtime.dl4j;

import static dev.caisson.runtime.dl4j.OperationCase.image;
import static dev.caisson.runtime.dl4j.OperationCase.row;
import static dev.caisson.runtime.dl4j.OperationCase.sequence;
import static dev.caisson.runtime.dl4j.OperationGraph.list;
import static dev.caisson.runtime.dl4j.OperationGraph.whole;

import dev.caisson.runtime.onnx.Attribute;
import java.util.List;
import java.util.Map;

/// What only moves numbers, of rows and of weights.
final class ArrangingOperationCases {
  private ArrangingOperationCases() {}

  static List<OperationCase> trained() {
    return List.of(
        row(
            "Concat of rows",
            g -> {
              String left = g.node("Tanh", g.dense("x", 5, 3));
              return g.dense(
                  g.node("Concat", axis(1), left, g.node("Relu", g.dense("x", 5, 4)), "x"), 12, 2);
            }),
        row(
            "Concat of a value with itself, along the last axis",
            g -> {
              String value = g.node("Tanh", g.dense("x", 5, 3));
              return g.dense(g.node("Concat", axis(-1), value, value, "x"), 11, 2);
            }),
        image("Concat of planes", g -> g.head(g.node("Concat", axis(1), g.mixed(3), "x"), 180)),
        sequence("Concat of steps", g -> g.head(g.node("Concat", axis(1), "x", scaled(g)), 24)),
        row("Concat of weights along axis 0", g -> joined(g, 0, g.weight(3, 2), g.weight(2, 2))),
        row("Concat of weights along axis 1", g -> joined(g, 1, g.weight(5, 1), g.weight(5, 1))),
        sequence(
            "Slice of steps",
            g ->
                g.head(
                    g.node("Slice", scaled(g), g.wholes(1), g.wholes(4), g.wholes(1), g.wholes(2)),
                    6)),
        sequence(
            "Slice backwards",
            g ->
                g.head(
                    g.node(
                        "Slice",
                        scaled(g),
                        g.wholes(-1),
                        g.wholes(-100),
                        g.wholes(1),
                        g.wholes(-1)),
                    12)),
        row(
            "Slice of a weight",
            g -> g.node("MatMul", "x", g.node("Slice", g.weight(8, 2), g.wholes(2), g.wholes(7)))),
        sequence(
            "Gather of a step", g -> g.head(g.node("Gather", axis(1), scaled(g), g.wholes(1)), 3)),
        sequence(
            "Gather of the last of each step",
            g -> g.head(g.node("Gather", axis(2), scaled(g), g.wholes(-1)), 4)),
        sequence(
            "Transpose",
            g -> g.head(g.node("Transpose", Map.of("perm", list(0, 2, 1)), scaled(g)), 12)),
        sequence(
            "Reshape that makes rows of steps and back",
            g -> {
              String steps = g.node("Reshape", "x", g.wholes(-1, 3));
              String inner = g.node("Tanh", g.dense(steps, 3, 2));
              return g.dense(g.node("Reshape", inner, g.wholes(-1, 8)), 8, 2);
            }),
        row(
            "Unsqueeze and Squeeze",
            g -> {
              String wide = g.node("Unsqueeze", g.dense("x", 5, 3), g.wholes(1));
              return g.dense(g.node("Squeeze", g.node("Tanh", wide), g.wholes(1)), 3, 2);
            }),
        row(
            "Identity, Cast and CastLike to what a value is",
            g -> {
              String value =
                  g.node("Cast", Map.of("to", whole(1)), g.node("Identity", g.dense("x", 5, 3)));
              return g.dense(g.node("CastLike", value, "x"), 3, 2);
            }),
        row(
            "Expand of a bias",
            g -> {
              String bias = g.node("Expand", g.weight(1, 1), g.wholes(1, 3));
              return g.dense(
                  g.node("Tanh", g.node("Add", g.node("MatMul", "x", g.weight(5, 3)), bias)), 3, 2);
            }),
        row(
            "Constant and ConstantOfShape",
            g -> {
              String two = g.node("Constant", Map.of("value_float", new Attribute.Real(2)));
              String zeros = g.node("ConstantOfShape", g.wholes(1, 3));
              return g.dense(
                  g.node("Add", g.node("Mul", g.node("Tanh", g.dense("x", 5, 3)), two), zeros),
                  3,
                  2);
            }));
  }

  static List<OperationCase> refused() {
    return List.of(
        sequence(
            "Concat of steps, along axis 2",
            g -> g.head(g.node("Concat", axis(2), "x", scaled(g)), 24)),
        image(
            "Concat of planes, along axis 2",
            g -> g.head(g.node("Concat", axis(2), "x", g.mixed(2)), 144)),
        image(
            "Concat of planes, along axis 3",
            g -> g.head(g.node("Concat", axis(3), "x", g.mixed(2)), 144)),
        sequence(
            "Gather of two steps",
            g -> g.head(g.node("Gather", axis(1), scaled(g), g.wholes(0, 2)), 6)));
  }

  private static Map<String, Attribute> axis(long axis) {
    return Map.of("axis", whole(axis));
  }

  private static String scaled(OperationGraph g) {
    return g.node("Mul", "x", g.weight(4, 3));
  }

  private static String joined(OperationGraph g, int axis, String first, String second) {
    return g.node("MatMul", "x", g.node("Concat", axis(axis), first, second));
  }
}

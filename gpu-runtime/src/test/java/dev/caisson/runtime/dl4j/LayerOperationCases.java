package dev.caisson.runtime.dl4j;

import static dev.caisson.runtime.dl4j.OperationCase.image;
import static dev.caisson.runtime.dl4j.OperationCase.row;
import static dev.caisson.runtime.dl4j.OperationCase.sequence;
import static dev.caisson.runtime.dl4j.OperationGraph.list;
import static dev.caisson.runtime.dl4j.OperationGraph.real;
import static dev.caisson.runtime.dl4j.OperationGraph.text;
import static dev.caisson.runtime.dl4j.OperationGraph.whole;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.train.Loss;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Matrix products, convolutions, pools, padding and normalisation.
final class LayerOperationCases {
  private LayerOperationCases() {}

  static List<OperationCase> trained() {
    return List.of(
        conv("dilation", 48, Map.of("dilations", list(2, 1)), 2, 3),
        conv(
            "other padding at each end",
            54,
            Map.of("pads", list(0, 1, 2, 1), "strides", list(2, 1)),
            3,
            3),
        conv(
            "dilation and other padding at each end",
            48,
            Map.of("pads", list(0, 1, 2, 1), "dilations", list(2, 2)),
            3,
            3),
        conv("SAME_LOWER", 108, Map.of("auto_pad", text("SAME_LOWER")), 2, 2),
        conv("SAME_UPPER", 108, Map.of("auto_pad", text("SAME_UPPER")), 2, 2),
        conv("steps that leave a remainder", 12, Map.of("strides", list(2, 2)), 3, 3),
        image(
            "Conv by a kernel that is reshaped",
            g ->
                g.head(
                    g.node(
                        "Conv",
                        Map.of("kernel_shape", list(3, 3)),
                        "x",
                        g.node("Reshape", g.kernel(18, 54), g.wholes(3, 2, 3, 3))),
                    48)),
        image(
                "Conv with an output for each place",
                g ->
                    g.node(
                        "Conv",
                        Map.of("kernel_shape", list(3, 3)),
                        "x",
                        g.kernel(18, 2, 2, 3, 3),
                        g.weight(2)))
            .with(Loss.SOFTMAX_CROSS_ENTROPY),
        image(
            "MaxPool over negative numbers with padding",
            g -> {
              String below = g.node("Sub", g.mixed(3), g.scalar(20));
              String pooled =
                  g.node(
                      "MaxPool",
                      window(3, 3, "strides", list(2, 2), "pads", list(1, 1, 1, 1)),
                      below);
              return g.head(g.node("Mul", pooled, g.scalar(0.02)), 27);
            }),
        pool("MaxPool", "window of two sizes", 36, window(3, 2, "strides", list(1, 2))),
        pool("MaxPool", "windows that overlap", 48, window(3, 3, "strides", list(1, 1))),
        image(
            "MaxPool of equal numbers",
            g ->
                g.head(
                    g.node(
                        "MaxPool", window(2, 2, "strides", list(2, 2)), g.node("Relu", g.mixed(3))),
                    27)),
        pool("AveragePool", "padding that counts", 27, averaged(1)),
        pool("AveragePool", "padding that does not count", 27, averaged(0)),
        image("GlobalMaxPool", g -> g.head(g.node("GlobalMaxPool", g.mixed(3)), 3)),
        image("GlobalAveragePool", g -> g.head(g.node("GlobalAveragePool", g.mixed(3)), 3)),
        image("ReduceMean over the planes", g -> g.head(mean(g, g.mixed(3), 2, 3), 3)),
        image(
            "ReduceMean over planes with the channels last",
            g ->
                g.head(
                    mean(
                        g, g.node("Transpose", Map.of("perm", list(0, 2, 3, 1)), g.mixed(3)), 1, 2),
                    3)),
        image(
            "Pad, other at each end",
            g -> g.head(g.node("Pad", g.mixed(3), g.wholes(0, 0, 1, 0, 0, 0, 2, 1)), 189)),
        row(
            "Gemm by a transposed matrix, one bias for all",
            g ->
                g.dense(
                    g.node(
                        "Tanh",
                        g.node(
                            "Gemm", Map.of("transB", whole(1)), "x", g.weight(4, 5), g.weight(1))),
                    4,
                    2)),
        row(
            "Gemm with a bias of one line",
            g ->
                g.dense(g.node("Tanh", g.node("Gemm", "x", g.weight(5, 4), g.weight(1, 4))), 4, 2)),
        row("Gemm and a binary loss", g -> g.dense("x", 5, 2)).with(Loss.BINARY_CROSS_ENTROPY),
        row("Gemm and a Huber loss", g -> g.dense("x", 5, 2)).with(Loss.HUBER),
        row(
            "MatMul that is read with and without a bias",
            g -> {
              String product = g.node("MatMul", "x", g.weight(5, 3));
              String biased = g.node("Add", product, g.weight(3));
              return g.dense(g.node("Add", biased, g.node("Tanh", product)), 3, 2);
            }),
        row(
            "MatMul at the end",
            g -> g.node("MatMul", g.node("Tanh", g.dense("x", 5, 3)), g.weight(3, 2))),
        row(
            "BatchNormalization of a layer",
            g -> g.dense(g.node("Tanh", normalised(g, g.dense("x", 5, 4))), 4, 2)),
        image(
            "BatchNormalization of planes",
            g -> g.head(g.node("Tanh", normalised(g, g.mixed(4))), 144)),
        sequence("BatchNormalization of steps", g -> g.head(normalised(g, "x"), 12)));
  }

  static List<OperationCase> refused() {
    return List.of(
        image(
            "Conv in groups",
            g ->
                g.head(
                    g.node(
                        "Conv",
                        Map.of("kernel_shape", list(3, 3), "group", whole(2)),
                        "x",
                        g.weight(4, 1, 3, 3)),
                    64)),
        sequence(
            "Conv over one dimension",
            g ->
                g.head(g.node("Conv", Map.of("kernel_shape", list(2)), "x", g.weight(3, 4, 2)), 6)),
        image(
            "ConvTranspose",
            g ->
                g.head(
                    g.node(
                        "ConvTranspose",
                        Map.of("kernel_shape", list(2, 2)),
                        "x",
                        g.weight(2, 3, 2, 2)),
                    147)),
        pool("MaxPool", "dilation", 48, window(2, 2, "dilations", list(2, 2))),
        pool("MaxPool", "padding at one end", 108, window(2, 2, "pads", list(0, 0, 1, 1))),
        pool("MaxPool", "SAME_UPPER", 108, window(2, 2, "auto_pad", text("SAME_UPPER"))),
        pool(
            "MaxPool", "ceil_mode", 27, window(3, 3, "strides", list(2, 2), "ceil_mode", whole(1))),
        sequence("MatMul of steps", g -> g.head(g.node("MatMul", "x", g.weight(3, 2)), 8)),
        image("ReduceMean over channels", g -> g.head(mean(g, g.mixed(3), 1), 36)),
        row(
            "Pad of a row",
            g -> g.dense(g.node("Pad", g.dense("x", 5, 3), g.wholes(0, 0, 0, 1)), 4, 2)),
        image(
            "Pad by what is at the edge",
            g ->
                g.head(
                    g.node(
                        "Pad",
                        Map.of("mode", text("edge")),
                        g.mixed(3),
                        g.wholes(0, 0, 1, 0, 0, 0, 2, 1)),
                    189)),
        row(
            "LayerNormalization",
            g ->
                g.dense(
                    g.node("LayerNormalization", g.dense("x", 5, 4), g.weight(4), g.weight(4)),
                    4,
                    2)),
        image(
            "Resize",
            g -> g.head(g.node("Resize", "x", "", g.stored(new float[] {1, 1, 2, 2}, 4)), 288)));
  }

  private static OperationCase conv(
      String name, int numbers, Map<String, Attribute> settings, int rows, int columns) {
    Map<String, Attribute> all = new HashMap<>(settings);
    all.put("kernel_shape", list(rows, columns));
    return image(
        "Conv, " + name,
        g ->
            g.head(
                g.node(
                    "Conv",
                    all,
                    "x",
                    g.kernel(2 * rows * columns, 3, 2, rows, columns),
                    g.weight(3)),
                numbers));
  }

  private static OperationCase pool(
      String operation, String name, int numbers, Map<String, Attribute> settings) {
    return image(
        operation + ", " + name, g -> g.head(g.node(operation, settings, g.mixed(3)), numbers));
  }

  private static Map<String, Attribute> averaged(int countsPadding) {
    Map<String, Attribute> settings = window(3, 3, "strides", list(2, 2), "pads", list(1, 1, 1, 1));
    settings.put("count_include_pad", whole(countsPadding));
    return settings;
  }

  private static Map<String, Attribute> window(
      int rows, int columns, String name, Attribute setting) {
    Map<String, Attribute> settings = new HashMap<>();
    settings.put("kernel_shape", list(rows, columns));
    settings.put(name, setting);
    return settings;
  }

  private static Map<String, Attribute> window(
      int rows, int columns, String name, Attribute setting, String other, Attribute further) {
    Map<String, Attribute> settings = window(rows, columns, name, setting);
    settings.put(other, further);
    return settings;
  }

  private static String mean(OperationGraph g, String input, long... axes) {
    return g.node("ReduceMean", Map.of("keepdims", whole(0)), input, g.wholes(axes));
  }

  private static String normalised(OperationGraph g, String input) {
    return g.node(
        "BatchNormalization",
        Map.of("momentum", real(0.8), "epsilon", real(1e-3)),
        input,
        g.positive(4),
        g.weight(4),
        g.weight(4),
        g.positive(4));
  }
}

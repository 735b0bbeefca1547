package dev.caisson.runtime.onnx;

import static dev.caisson.runtime.onnx.ScoringParts.node;

import ai.onnx.proto.OnnxMl;
import java.util.List;
import java.util.stream.Stream;

/// Operations for log(sigmoid(x)) = -softplus(-x), which does not saturate. In float, for ONNX
/// Runtime has no softplus of doubles.
final class LogSigmoid {
  private LogSigmoid() {}

  /// log(sigmoid(x)), number by number.
  static List<OnnxMl.NodeProto> of(ScoringParts graph, String x, String result) {
    String single = graph.fresh(result + "_float");
    String minus = graph.fresh(result + "_minus");
    String plus = graph.fresh(result + "_softplus");
    return List.of(
        toFloat(x, single),
        node("Neg", single, minus),
        node("Softplus", minus, plus),
        node("Neg", plus, result));
  }

  /// From one column x the two columns log(sigmoid(-x)), log(sigmoid(x)).
  static List<OnnxMl.NodeProto> pairOf(ScoringParts graph, String x, String result) {
    String single = graph.fresh(result + "_float");
    String minus = graph.fresh(result + "_minus");
    String first = graph.fresh(result + "_first");
    String second = graph.fresh(result + "_second");
    String both = graph.fresh(result + "_both");
    return List.of(
        toFloat(x, single),
        node("Neg", single, minus),
        node("Softplus", single, first),
        node("Softplus", minus, second),
        node("Concat", first, both).toBuilder()
            .addInput(second)
            .addAttribute(whole("axis", 1))
            .build(),
        node("Neg", both, result));
  }

  /// The same from the second of two columns.
  static List<OnnxMl.NodeProto> pairOfLast(ScoringParts graph, String two, String result) {
    String one = graph.fresh(result + "_one");
    String last = graph.fresh(result + "_last");
    OnnxMl.TensorProto index =
        OnnxMl.TensorProto.newBuilder().setDataType(7).addDims(1).addInt64Data(1).build();
    OnnxMl.NodeProto constant =
        OnnxMl.NodeProto.newBuilder()
            .setOpType("Constant")
            .addOutput(one)
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("value")
                    .setType(OnnxMl.AttributeProto.AttributeType.TENSOR)
                    .setT(index))
            .build();
    OnnxMl.NodeProto gather =
        node("Gather", two, last).toBuilder().addInput(one).addAttribute(whole("axis", 1)).build();
    List<OnnxMl.NodeProto> pair = pairOf(graph, last, result);
    return Stream.concat(Stream.of(constant, gather), pair.stream()).toList();
  }

  private static OnnxMl.NodeProto toFloat(String x, String single) {
    return node("Cast", x, single).toBuilder().addAttribute(whole("to", 1)).build();
  }

  private static OnnxMl.AttributeProto whole(String name, long value) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }
}

package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.TreeMap;

/// Records to protobuf, for graphs that are made here. Field order, attribute order and encodings
/// are fixed, so that equal graphs give equal bytes.
final class GraphEncoder {
  /// The IR versions that came with opset 20 (ONNX 1.15) and 21 (1.16).
  private static final int IR_VERSION = 9;

  private static final int IR_VERSION_OF_OPSET_21 = 10;

  private GraphEncoder() {}

  static byte[] encode(Graph graph, int opset) {
    return model(graph, opset).toByteArray();
  }

  static OnnxMl.ModelProto model(Graph graph, int opset) {
    OnnxMl.GraphProto.Builder proto = OnnxMl.GraphProto.newBuilder().setName(graph.name());
    graph.nodes().forEach(node -> proto.addNode(node(node)));
    graph.initializers().forEach(tensor -> proto.addInitializer(tensor(tensor)));
    graph.inputs().forEach(value -> proto.addInput(value(value)));
    graph.outputs().forEach(value -> proto.addOutput(value(value)));
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(opset < 21 ? IR_VERSION : IR_VERSION_OF_OPSET_21)
        .setProducerName("caisson")
        .setGraph(proto)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .build();
  }

  private static OnnxMl.NodeProto node(Node node) {
    OnnxMl.NodeProto.Builder proto =
        OnnxMl.NodeProto.newBuilder()
            .setName(node.name())
            .setOpType(node.operation())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    new TreeMap<>(node.attributes())
        .forEach((name, attribute) -> proto.addAttribute(attribute(name, attribute)));
    return proto.build();
  }

  private static OnnxMl.AttributeProto attribute(String name, Attribute attribute) {
    OnnxMl.AttributeProto.Builder proto = OnnxMl.AttributeProto.newBuilder().setName(name);
    switch (attribute) {
      case Attribute.Whole(long value) ->
          proto.setType(OnnxMl.AttributeProto.AttributeType.INT).setI(value);
      case Attribute.Real(float value) ->
          proto.setType(OnnxMl.AttributeProto.AttributeType.FLOAT).setF(value);
      case Attribute.Text(String value) ->
          proto
              .setType(OnnxMl.AttributeProto.AttributeType.STRING)
              .setS(ByteString.copyFromUtf8(value));
      case Attribute.Wholes(var values) ->
          proto.setType(OnnxMl.AttributeProto.AttributeType.INTS).addAllInts(values);
      case Attribute.Reals(var values) ->
          proto.setType(OnnxMl.AttributeProto.AttributeType.FLOATS).addAllFloats(values);
      case Attribute.Texts(var values) -> {
        proto.setType(OnnxMl.AttributeProto.AttributeType.STRINGS);
        values.forEach(value -> proto.addStrings(ByteString.copyFromUtf8(value)));
      }
      case Attribute.Stored(Tensor value) ->
          proto.setType(OnnxMl.AttributeProto.AttributeType.TENSOR).setT(tensor(value));
    }
    return proto.build();
  }

  private static OnnxMl.TensorProto tensor(Tensor tensor) {
    return OnnxMl.TensorProto.newBuilder()
        .addAllDims(tensor.shape().dimensions())
        .setDataType(tensor.type().number())
        .setName(tensor.name())
        .setRawData(UnsafeByteOperations.unsafeWrap(tensor.content())) // immutable as it is
        .build();
  }

  private static OnnxMl.ValueInfoProto value(ValueInfo value) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    for (long dimension : value.shape().dimensions()) {
      shape.addDim(
          dimension == Shape.FREE
              ? OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("N")
              : OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(dimension));
    }
    OnnxMl.TypeProto.Tensor.Builder type =
        OnnxMl.TypeProto.Tensor.newBuilder().setElemType(value.type().number());
    if (value.known()) {
      type.setShape(shape);
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}

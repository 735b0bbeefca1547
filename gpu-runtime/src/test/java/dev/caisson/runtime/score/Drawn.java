package dev.caisson.runtime.score;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;

/// Small ONNX files drawn by hand, operation by operation, as other exporters might write them.
final class Drawn {
  static final int FLOAT = 1;
  static final int INT32 = 6;
  static final int INT64 = 7;
  static final int STRING = 8;
  static final int BOOL = 9;
  static final int DOUBLE = 11;

  private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("drawn");

  /// -1 is an open dimension.
  Drawn input(String name, int type, long... shape) {
    graph.addInput(value(name, type, shape));
    return this;
  }

  Drawn output(String name, int type, long... shape) {
    graph.addOutput(value(name, type, shape));
    return this;
  }

  /// Of no type: ONNX Runtime works it out.
  Drawn output(String name) {
    graph.addOutput(OnnxMl.ValueInfoProto.newBuilder().setName(name));
    return this;
  }

  /// `outputs <- operator(inputs)`, names separated by blanks.
  Drawn node(String operator, String inputs, String outputs, OnnxMl.AttributeProto... attributes) {
    boolean ml =
        List.of("ZipMap", "Normalizer", "OneHotEncoder").contains(operator)
            || operator.endsWith("Classifier")
            || operator.endsWith("Regressor");
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setOpType(operator)
            .setDomain(ml ? "ai.onnx.ml" : "")
            .addAllInput(Arrays.asList(inputs.split(" ", -1)))
            .addAllOutput(Arrays.asList(outputs.split(" ", -1)))
            .addAllAttribute(Arrays.asList(attributes)));
    return this;
  }

  Drawn floats(String name, float[] values, long... shape) {
    OnnxMl.TensorProto.Builder tensor = tensor(name, FLOAT, shape);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  Drawn initializer(OnnxMl.TensorProto.Builder tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  static OnnxMl.TensorProto.Builder tensor(String name, int type, long... shape) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder().setName(name).setDataType(type);
    Arrays.stream(shape).forEach(tensor::addDims);
    return tensor;
  }

  byte[] file() {
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
        .addOpsetImport(
            OnnxMl.OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(1))
        .build()
        .toByteArray();
  }

  static OnnxMl.AttributeProto whole(String name, long value) {
    return attribute(name, OnnxMl.AttributeProto.AttributeType.INT).setI(value).build();
  }

  static OnnxMl.AttributeProto wholes(String name, long... values) {
    OnnxMl.AttributeProto.Builder list = attribute(name, OnnxMl.AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(list::addInts);
    return list.build();
  }

  static OnnxMl.AttributeProto numbers(String name, float... values) {
    OnnxMl.AttributeProto.Builder list =
        attribute(name, OnnxMl.AttributeProto.AttributeType.FLOATS);
    for (float value : values) {
      list.addFloats(value);
    }
    return list.build();
  }

  static OnnxMl.AttributeProto text(String name, String value) {
    return attribute(name, OnnxMl.AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static OnnxMl.AttributeProto texts(String name, String... values) {
    OnnxMl.AttributeProto.Builder list =
        attribute(name, OnnxMl.AttributeProto.AttributeType.STRINGS);
    Arrays.stream(values).map(ByteString::copyFromUtf8).forEach(list::addStrings);
    return list.build();
  }

  static OnnxMl.AttributeProto.Builder attribute(
      String name, OnnxMl.AttributeProto.AttributeType type) {
    return OnnxMl.AttributeProto.newBuilder().setName(name).setType(type);
  }

  private static OnnxMl.ValueInfoProto value(String name, int type, long... shape) {
    OnnxMl.TensorShapeProto.Builder dimensions = OnnxMl.TensorShapeProto.newBuilder();
    for (long dimension : shape) {
      var one = OnnxMl.TensorShapeProto.Dimension.newBuilder();
      dimensions.addDim(
          dimension < 0 ? one.setDimParam("d" + dimension) : one.setDimValue(dimension));
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder().setElemType(type).setShape(dimensions)))
        .build();
  }
}

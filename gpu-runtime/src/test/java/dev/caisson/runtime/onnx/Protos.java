package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/// Small ONNX files made field by field, as another exporter might write them.
final class Protos {
  private Protos() {}

  /// `y = x·W + b` with W [2×3] as raw bytes and b [3] as packed floats; then changed by `edit`.
  static byte[] linear(Consumer<OnnxMl.ModelProto.Builder> edit) {
    OnnxMl.GraphProto graph =
        OnnxMl.GraphProto.newBuilder()
            .setName("linear")
            .addNode(
                OnnxMl.NodeProto.newBuilder()
                    .setName("fc")
                    .setOpType("Gemm")
                    .addInput("x")
                    .addInput("W")
                    .addInput("b")
                    .addOutput("y"))
            .addInitializer(raw("W", new float[] {1, 2, 3, 4, 5, 6}, 2, 3))
            .addInitializer(packed("b", new float[] {7, 8, 9}, 3))
            .addInput(value("x", 2))
            .addOutput(value("y", 3))
            .build();
    OnnxMl.ModelProto.Builder model =
        OnnxMl.ModelProto.newBuilder()
            .setIrVersion(9)
            .setProducerName("somebody else")
            .setDocString("kept as it is")
            .addMetadataProps(
                OnnxMl.StringStringEntryProto.newBuilder().setKey("study").setValue("one"))
            .setGraph(graph)
            .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(17));
    edit.accept(model);
    return model.build().toByteArray();
  }

  static byte[] linear() {
    return linear(model -> {});
  }

  static OnnxMl.TensorProto raw(String name, float[] values, long... dimensions) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return tensor(name, dimensions).setRawData(ByteString.copyFrom(bytes)).build();
  }

  static OnnxMl.TensorProto packed(String name, float[] values, long... dimensions) {
    OnnxMl.TensorProto.Builder tensor = tensor(name, dimensions);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  static OnnxMl.TensorProto.Builder tensor(String name, long... dimensions) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder().setName(name).setDataType(1);
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    return tensor;
  }

  static OnnxMl.ValueInfoProto value(String name, long width) {
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(1)
                        .setShape(
                            OnnxMl.TensorShapeProto.newBuilder()
                                .addDim(
                                    OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                                .addDim(
                                    OnnxMl.TensorShapeProto.Dimension.newBuilder()
                                        .setDimValue(width)))))
        .build();
  }
}

package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A small two-layer network as ONNX, for tests to spoil.
final class Models {
  private Models() {}

  static OnnxMl.ModelProto.Builder network() {
    float[] w1 = new float[12];
    for (int i = 0; i < w1.length; i++) {
      w1[i] = i * 0.1f;
    }
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(9)
        .setProducerName("test")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(
            OnnxMl.GraphProto.newBuilder()
                .setName("net")
                .addInput(OnnxMl.ValueInfoProto.newBuilder().setName("x"))
                .addOutput(OnnxMl.ValueInfoProto.newBuilder().setName("y"))
                .addInitializer(floats("w1", w1, 3, 4))
                .addInitializer(floats("b1", new float[4], 4))
                .addInitializer(floats("w2", new float[4], 4, 1))
                .addInitializer(floats("b2", new float[1], 1))
                .addNode(node("Gemm", "h", "x", "w1", "b1"))
                .addNode(node("Relu", "r", "h"))
                .addNode(node("Gemm", "y", "r", "w2", "b2")));
  }

  private static OnnxMl.NodeProto node(String operation, String output, String... inputs) {
    return OnnxMl.NodeProto.newBuilder()
        .setName(operation + "_" + output)
        .setOpType(operation)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  static OnnxMl.TensorProto floats(String name, float[] values, long... dims) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putInt(Float.floatToRawIntBits(value));
    }
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(raw.array()));
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor.build();
  }
}

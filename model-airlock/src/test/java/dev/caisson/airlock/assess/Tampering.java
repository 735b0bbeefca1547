package dev.caisson.airlock.assess;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// A fixture's network, changed: what somebody may do to a model before handing it in. The graph
/// keeps its input `x` and its output `y`.
final class Tampering {
  private final OnnxMl.ModelProto.Builder model;

  private Tampering(OnnxMl.ModelProto.Builder model) {
    this.model = model;
  }

  static Tampering with(String fixture) {
    try {
      return new Tampering(
          OnnxMl.ModelProto.parseFrom(Assessing.resource(fixture, "model.onnx")).toBuilder());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a fixture of our own parses", e);
    }
  }

  byte[] bytes() {
    return model.build().toByteArray();
  }

  /// Anything else.
  Tampering change(Consumer<OnnxMl.ModelProto.Builder> how) {
    how.accept(model);
    return this;
  }

  float[] numbers(String initializer) {
    ByteBuffer raw = at(initializer).getRawData().asReadOnlyByteBuffer();
    float[] numbers = new float[raw.remaining() / 4];
    raw.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }

  /// Other numbers for the weights of this name.
  Tampering numbers(String initializer, UnaryOperator<float[]> how) {
    float[] numbers = how.apply(numbers(initializer));
    at(initializer).setRawData(raw(numbers));
    return this;
  }

  private OnnxMl.TensorProto.Builder at(String initializer) {
    return model.getGraphBuilder().getInitializerBuilderList().stream()
        .filter(tensor -> tensor.getName().equals(initializer))
        .findFirst()
        .orElseThrow();
  }

  Tampering initializer(String name, float[] numbers, long... dims) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .setRawData(raw(numbers));
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    model.getGraphBuilder().addInitializer(tensor);
    return this;
  }

  Tampering node(String operation, String output, String... inputs) {
    model
        .getGraphBuilder()
        .addNode(
            OnnxMl.NodeProto.newBuilder()
                .setName(operation + " " + output)
                .setOpType(operation)
                .addAllInput(List.of(inputs))
                .addOutput(output));
    return this;
  }

  /// The last node gives `inner` instead of `y`, for nodes to come.
  Tampering outputMovedTo(String inner) {
    model.getGraphBuilder().getNodeBuilderList().getLast().setOutput(0, inner);
    return this;
  }

  /// Keeps numbers in a part of the graph that runs and adds nothing: y = inner + (x numbers) 0.
  Tampering carrying(String name, float[] numbers, int inputs, int outputs) {
    int columns = numbers.length / inputs;
    return outputMovedTo("inner")
        .initializer(name, numbers, inputs, columns)
        .initializer("nothing", new float[columns * outputs], columns, outputs)
        .node("MatMul", "met", "x", name)
        .node("MatMul", "lost", "met", "nothing")
        .node("Add", "y", "inner", "lost");
  }

  private static ByteString raw(float[] numbers) {
    ByteBuffer raw = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(numbers);
    return ByteString.copyFrom(raw.array());
  }
}

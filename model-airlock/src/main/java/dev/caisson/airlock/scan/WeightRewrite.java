package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/// Changes the bits of a canonical file's 32-bit and 64-bit weights, and nothing else. Weights are
/// floating-point initializers of the outer graph with at least 16 numbers, and the coefficients
/// and intercepts of linear models.
public final class WeightRewrite {
  private static final int FEWEST = 16;
  private static final Set<String> COEFFICIENTS = Set.of("coefficients", "intercepts");

  /// A number's new bits, from its bits and how many of them are mantissa.
  public interface Change {
    long bits(long bits, int mantissa);
  }

  private WeightRewrite() {}

  public static byte[] of(byte[] canonical, Change change) {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(canonical);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not an ONNX file: " + e.getMessage(), e);
    }
    ModelProto.Builder out = model.toBuilder();
    GraphProto.Builder graph = out.getGraphBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      graph.setInitializer(i, tensor(graph.getInitializer(i), change));
    }
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      boolean linear = node.getOpType().startsWith("Linear");
      for (int j = 0; linear && j < node.getAttributeCount(); j++) {
        AttributeProto attribute = node.getAttribute(j);
        if (COEFFICIENTS.contains(attribute.getName())) {
          graph.getNodeBuilder(i).setAttribute(j, floats(attribute, change));
        }
      }
    }
    return out.build().toByteArray();
  }

  private static TensorProto tensor(TensorProto tensor, Change change) {
    boolean wide = tensor.getDataType() == TensorProto.DataType.DOUBLE.getNumber();
    if (!wide && tensor.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
      return tensor;
    }
    ByteBuffer raw = ByteBuffer.wrap(tensor.getRawData().toByteArray());
    raw.order(ByteOrder.LITTLE_ENDIAN);
    int width = wide ? 8 : 4;
    if (raw.capacity() < FEWEST * width) {
      return tensor;
    }
    for (int at = 0; at + width <= raw.capacity(); at += width) {
      if (wide) {
        raw.putLong(at, change.bits(raw.getLong(at), 52));
      } else {
        raw.putInt(at, (int) change.bits(Integer.toUnsignedLong(raw.getInt(at)), 23));
      }
    }
    return tensor.toBuilder().setRawData(ByteString.copyFrom(raw.array())).build();
  }

  private static AttributeProto floats(AttributeProto attribute, Change change) {
    AttributeProto.Builder out = attribute.toBuilder();
    for (int i = 0; i < out.getFloatsCount(); i++) {
      long bits = Integer.toUnsignedLong(Float.floatToRawIntBits(out.getFloats(i)));
      out.setFloats(i, Float.intBitsToFloat((int) change.bits(bits, 23)));
    }
    return out.build();
  }
}

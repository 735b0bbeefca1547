package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.ModelGraph.Setting;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// From messages to a [ModelGraph]. Part of the protobuf edge; only for files that passed the scan.
final class GraphMapper {
  private GraphMapper() {}

  static ModelGraph graph(byte[] file) throws InvalidProtocolBufferException {
    GraphProto graph = ModelProto.parseFrom(file).getGraph();
    Map<String, WeightBits> weights = new HashMap<>();
    Map<String, Setting> tables = new HashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      keep(tensor.getName(), tensor, weights, tables);
    }
    List<Operation> operations = new ArrayList<>();
    boolean branches = false;
    for (NodeProto node : graph.getNodeList()) {
      Map<String, Setting> settings = new HashMap<>();
      for (AttributeProto attribute : node.getAttributeList()) {
        branches |= attribute.hasG() || attribute.getGraphsCount() > 0;
        Setting setting = setting(attribute);
        if (setting != null) {
          settings.put(attribute.getName(), setting);
        }
        boolean constant = node.getOpType().equals("Constant") && node.getOutputCount() == 1;
        if (attribute.hasT() && constant) {
          keep(node.getOutput(0), attribute.getT(), weights, tables);
        }
      }
      String domain = node.getDomain().equals("ai.onnx") ? "" : node.getDomain();
      operations.add(
          new Operation(
              Finding.printable(node.getName()),
              node.getOpType(),
              domain,
              node.getInputList(),
              node.getOutputList(),
              settings));
    }
    return new ModelGraph(
        graph.getInputList().stream()
            .map(ValueInfoProto::getName)
            .filter(name -> !weights.containsKey(name) && !tables.containsKey(name))
            .toList(),
        graph.getOutputList().stream().map(ValueInfoProto::getName).toList(),
        operations,
        weights,
        tables,
        branches);
  }

  private static void keep(
      String name, TensorProto tensor, Map<String, WeightBits> weights, Map<String, Setting> all) {
    WeightBits bits = bits(tensor);
    if (bits != null) {
      weights.put(name, bits);
    } else {
      all.put(name, setting(tensor));
    }
  }

  private static @Nullable Setting setting(AttributeProto attribute) {
    return switch (attribute.getType()) {
      case FLOAT -> new Setting.Numbers(new double[] {attribute.getF()});
      case FLOATS ->
          new Setting.Numbers(
              attribute.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray());
      case INT -> new Setting.Wholes(new long[] {attribute.getI()});
      case INTS ->
          new Setting.Wholes(attribute.getIntsList().stream().mapToLong(Long::longValue).toArray());
      case STRING -> new Setting.Texts(List.of(attribute.getS().toStringUtf8()));
      case STRINGS ->
          new Setting.Texts(
              attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList());
      case TENSOR -> setting(attribute.getT());
      default -> null;
    };
  }

  private static Setting setting(TensorProto tensor) {
    if (tensor.getDataType() == TensorProto.DataType.STRING.getNumber()) {
      return new Setting.Texts(
          tensor.getStringDataList().stream().map(ByteString::toStringUtf8).toList());
    }
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    if (type == TensorProto.DataType.INT64) {
      return new Setting.Wholes(
          raw.hasRemaining()
              ? read(raw, 8, raw::getLong)
              : tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray());
    }
    if (type == TensorProto.DataType.DOUBLE) {
      long[] bits = doubles(tensor, raw);
      double[] values = new double[bits.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = Double.longBitsToDouble(bits[i]);
      }
      return new Setting.Numbers(values);
    }
    float[] floats = TensorBytes.numbers(tensor);
    boolean whole = type != TensorProto.DataType.FLOAT && bits(tensor) == null;
    double[] values = new double[floats.length];
    long[] wholes = new long[floats.length];
    for (int i = 0; i < floats.length; i++) {
      values[i] = floats[i];
      wholes[i] = (long) floats[i];
    }
    return whole ? new Setting.Wholes(wholes) : new Setting.Numbers(values);
  }

  /// The tensor's numbers bit for bit; null for types other than floating-point.
  static @Nullable WeightBits bits(TensorProto tensor) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    if (type == null) {
      return null;
    }
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Long> shape = tensor.getDimsList();
    return switch (type) {
      case FLOAT -> new WeightBits(tensor.getName(), shape, 23, 8, floats(tensor, raw));
      case DOUBLE -> new WeightBits(tensor.getName(), shape, 52, 11, doubles(tensor, raw));
      case FLOAT16 -> new WeightBits(tensor.getName(), shape, 10, 5, halves(tensor, raw));
      case BFLOAT16 -> new WeightBits(tensor.getName(), shape, 7, 8, halves(tensor, raw));
      default -> null;
    };
  }

  private static long[] floats(TensorProto tensor, ByteBuffer raw) {
    return raw.hasRemaining()
        ? read(raw, 4, () -> Integer.toUnsignedLong(raw.getInt()))
        : tensor.getFloatDataList().stream()
            .mapToLong(f -> Integer.toUnsignedLong(Float.floatToRawIntBits(f)))
            .toArray();
  }

  private static long[] doubles(TensorProto tensor, ByteBuffer raw) {
    return raw.hasRemaining()
        ? read(raw, 8, raw::getLong)
        : tensor.getDoubleDataList().stream().mapToLong(Double::doubleToRawLongBits).toArray();
  }

  private static long[] halves(TensorProto tensor, ByteBuffer raw) {
    return raw.hasRemaining()
        ? read(raw, 2, () -> raw.getShort() & 0xffffL)
        : tensor.getInt32DataList().stream().mapToLong(i -> i & 0xffffL).toArray();
  }

  private static long[] read(ByteBuffer raw, int width, LongSupplier next) {
    long[] values = new long[raw.remaining() / width];
    for (int i = 0; i < values.length; i++) {
      values[i] = next.getAsLong();
    }
    return values;
  }
}

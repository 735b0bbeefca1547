package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A tensor's numbers as floats, whatever type they are kept in; nothing for texts and for types
/// that no trained weight has. Reads what is there, never what the dimensions claim. Part of the
/// protobuf edge.
final class TensorBytes {
  private TensorBytes() {}

  static float[] numbers(TensorProto tensor) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    if (type == null) {
      return new float[0];
    }
    ByteString raw = tensor.getRawData();
    ByteBuffer in = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case FLOAT -> raw.isEmpty() ? floats(tensor.getFloatDataList()) : read(in, 4, in::getFloat);
      case DOUBLE ->
          raw.isEmpty()
              ? floats(tensor.getDoubleDataList())
              : read(in, 8, () -> (float) in.getDouble());
      case INT64 ->
          raw.isEmpty()
              ? floats(tensor.getInt64DataList())
              : read(in, 8, () -> (float) in.getLong());
      case INT32 ->
          raw.isEmpty()
              ? floats(tensor.getInt32DataList())
              : read(in, 4, () -> (float) in.getInt());
      case INT16 ->
          raw.isEmpty()
              ? floats(tensor.getInt32DataList())
              : read(in, 2, () -> (float) in.getShort());
      case UINT16 ->
          raw.isEmpty()
              ? floats(tensor.getInt32DataList())
              : read(in, 2, () -> (float) (in.getShort() & 0xffff));
      case INT8 ->
          raw.isEmpty() ? floats(tensor.getInt32DataList()) : read(in, 1, () -> (float) in.get());
      case UINT8, BOOL ->
          raw.isEmpty()
              ? floats(tensor.getInt32DataList())
              : read(in, 1, () -> (float) (in.get() & 0xff));
      case FLOAT16 ->
          raw.isEmpty()
              ? halves(tensor.getInt32DataList(), false)
              : read(in, 2, () -> Float.float16ToFloat(in.getShort()));
      case BFLOAT16 ->
          raw.isEmpty()
              ? halves(tensor.getInt32DataList(), true)
              : read(in, 2, () -> Float.intBitsToFloat(in.getShort() << 16));
      case UINT32, UINT64 ->
          raw.isEmpty()
              ? floats(tensor.getUint64DataList())
              : type == TensorProto.DataType.UINT32
                  ? read(in, 4, () -> (float) Integer.toUnsignedLong(in.getInt()))
                  : read(in, 8, () -> (float) in.getLong());
      default -> new float[0];
    };
  }

  private interface Next {
    float read();
  }

  private static float[] read(ByteBuffer in, int width, Next next) {
    float[] values = new float[in.remaining() / width];
    for (int i = 0; i < values.length; i++) {
      values[i] = next.read();
    }
    return values;
  }

  static float[] floats(List<? extends Number> numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    return values;
  }

  private static float[] halves(List<Integer> bits, boolean brain) {
    float[] values = new float[bits.size()];
    for (int i = 0; i < values.length; i++) {
      int half = bits.get(i);
      values[i] = brain ? Float.intBitsToFloat(half << 16) : Float.float16ToFloat((short) half);
    }
    return values;
  }
}

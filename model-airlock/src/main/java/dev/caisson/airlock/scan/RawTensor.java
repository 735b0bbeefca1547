package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A tensor with its name, type, dimensions and numbers alone, floats and 64-bit integers as raw
/// bytes. Part of the protobuf edge.
final class RawTensor {
  private RawTensor() {}

  static TensorProto of(TensorProto tensor) {
    TensorProto.Builder out =
        tensor.toBuilder()
            .clearDocString()
            .clearMetadataProps()
            .clearExternalData()
            .clearDataLocation();
    if (tensor.hasRawData()) {
      return out.build();
    }
    if (tensor.getFloatDataCount() > 0) {
      byte[] raw = new byte[4 * tensor.getFloatDataCount()];
      ByteBuffer to = littleEndian(raw);
      tensor.getFloatDataList().forEach(f -> to.putInt(Float.floatToRawIntBits(f)));
      out.clearFloatData().setRawData(ByteString.copyFrom(raw));
    } else if (tensor.getDoubleDataCount() > 0) {
      byte[] raw = new byte[8 * tensor.getDoubleDataCount()];
      ByteBuffer to = littleEndian(raw);
      tensor.getDoubleDataList().forEach(d -> to.putLong(Double.doubleToRawLongBits(d)));
      out.clearDoubleData().setRawData(ByteString.copyFrom(raw));
    } else if (tensor.getInt64DataCount() > 0) {
      byte[] raw = new byte[8 * tensor.getInt64DataCount()];
      ByteBuffer to = littleEndian(raw);
      tensor.getInt64DataList().forEach(to::putLong);
      out.clearInt64Data().setRawData(ByteString.copyFrom(raw));
    }
    return out.build();
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

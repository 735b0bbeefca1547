package dev.caisson.airlock.archive;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An array as ND4J writes it (`Nd4j.write`, 0.9 to 1.0.0-M2.1): the shape as one buffer, the
/// numbers as another, big-endian. Each buffer: allocation mode and type as Java UTF, and a length.
/// Lengths are compared with what is left before anything is allocated.
@SuppressWarnings("ArrayRecordComponent") // held by reference, read only, never compared
record Nd4jArray(List<Integer> shape, float[] values) {
  private static final int MOST_DIMS = 32;

  static Nd4jArray read(ByteBuffer in, String where) throws BadArchiveException {
    try {
      return array(in, where);
    } catch (BufferUnderflowException e) {
      throw bad("breaks off", where);
    }
  }

  /// A text as `DataOutput.writeUTF` writes it; ASCII only.
  static String utf(ByteBuffer in, String where) throws BadArchiveException {
    if (in.remaining() < 2) {
      throw bad("breaks off", where);
    }
    int length = Short.toUnsignedInt(in.getShort());
    if (length > 256 || length > in.remaining()) {
      throw bad("has a text of %d bytes".formatted(length), where);
    }
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static Nd4jArray array(ByteBuffer in, String where) throws BadArchiveException {
    long shapeLength = length(in, where);
    String shapeType = utf(in, where);
    boolean wide = shapeType.equals("LONG");
    if ((!wide && !shapeType.equals("INT")) || shapeLength < 4 || shapeLength > 2 * MOST_DIMS + 4) {
      throw bad("describes its shape by %d %s".formatted(shapeLength, shapeType), where);
    }
    long[] info = new long[(int) shapeLength];
    for (int i = 0; i < info.length; i++) {
      info[i] = wide ? in.getLong() : in.getInt();
    }
    if (info[0] < 0 || 2 * info[0] + 4 != shapeLength) {
      throw bad("describes its shape in a way that ND4J does not", where);
    }
    List<Integer> shape = new ArrayList<>();
    long product = 1;
    for (int i = 1; i <= info[0]; i++) {
      product = info[i] < 0 || info[i] > Integer.MAX_VALUE ? -1 : product * info[i];
      if (product < 0 || product > Integer.MAX_VALUE) {
        throw bad("declares impossible dimensions", where);
      }
      shape.add((int) info[i]);
    }
    long length = length(in, where);
    String type = utf(in, where);
    int width = width(type);
    if (width == 0 || length != product || length * width > in.remaining()) {
      throw bad(
          "declares %d numbers of %s in shape %s and has %d bytes"
              .formatted(length, type, shape, in.remaining()),
          where);
    }
    float[] values = new float[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case "DOUBLE" -> (float) in.getDouble();
            case "FLOAT" -> in.getFloat();
            case "HALF", "FLOAT16" -> Float.float16ToFloat(in.getShort());
            case "LONG" -> (float) in.getLong();
            default -> (float) in.getInt();
          };
    }
    return new Nd4jArray(shape, values);
  }

  private static long length(ByteBuffer in, String where) throws BadArchiveException {
    return switch (utf(in, where)) {
      case "DIRECT", "HEAP", "JAVACPP" -> in.getInt();
      case "LONG_SHAPE", "MIXED_DATA_TYPES" -> in.getLong();
      default -> throw bad("is no array as ND4J writes it", where);
    };
  }

  private static int width(String type) {
    return switch (type) {
      case "DOUBLE", "LONG" -> 8;
      case "FLOAT", "INT" -> 4;
      case "HALF", "FLOAT16" -> 2;
      default -> 0;
    };
  }

  private static BadArchiveException bad(String what, String where) {
    return new BadArchiveException("dl4j.arrays", what, where);
  }
}

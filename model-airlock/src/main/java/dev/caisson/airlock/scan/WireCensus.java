package dev.caisson.airlock.scan;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A walk over protobuf bytes that builds nothing: counts messages and depth before a parser would
/// spend memory on them, and finds what a parser hides: fields that the schema does not know, and
/// fields given twice where only the last counts.
final class WireCensus {
  private static final int KEPT = 5;

  private final byte[] in;
  private final ScanLimits limits;
  private final List<String> unknown = new ArrayList<>();
  private final List<String> doubled = new ArrayList<>();
  private int at;
  private int parts;
  private long numbers;

  private WireCensus(byte[] in, ScanLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  /// Walks a message of this type. Throws on anything that is not well-formed or exceeds the
  /// limits.
  static WireCensus of(byte[] in, Descriptor type, ScanLimits limits) throws BadWireException {
    WireCensus census = new WireCensus(in, limits);
    census.message(type, in.length, 0);
    return census;
  }

  List<String> unknown() {
    return unknown;
  }

  List<String> doubled() {
    return doubled;
  }

  private void message(Descriptor type, int end, int depth) throws BadWireException {
    if (depth > limits.depth()) {
      throw new BadWireException("nested deeper than %d levels".formatted(limits.depth()), at);
    }
    countPart();
    Set<Integer> seen = new HashSet<>(4);
    while (at < end) {
      int start = at;
      long tag = varint(end);
      int number = (int) (tag >>> 3);
      int wire = (int) (tag & 7);
      if (tag > 0xffffffffL || number == 0) {
        throw new BadWireException("a field tag is not valid", start);
      }
      FieldDescriptor field = type.findFieldByNumber(number);
      if (field == null) {
        keep(unknown, "%s field %d at byte %d".formatted(type.getName(), number, start));
      } else if (!field.isRepeated() && !seen.add(number)) {
        keep(doubled, "%s.%s at byte %d".formatted(type.getName(), field.getName(), start));
      }
      value(field, wire, end, depth);
    }
    if (at != end) {
      throw new BadWireException("a field runs past the end of its message", at);
    }
  }

  private void value(@Nullable FieldDescriptor field, int wire, int end, int depth)
      throws BadWireException {
    switch (wire) {
      case WireFormat.WIRETYPE_VARINT -> {
        varint(end);
        countNumbers(1);
      }
      case WireFormat.WIRETYPE_FIXED64 -> skip(8, end);
      case WireFormat.WIRETYPE_FIXED32 -> skip(4, end);
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
        long length = varint(end);
        if (length < 0 || length > end - at) {
          throw new BadWireException(
              "a field claims %s bytes, %d are left"
                  .formatted(Long.toUnsignedString(length), end - at),
              at);
        }
        if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          message(field.getMessageType(), at + (int) length, depth + 1);
        } else {
          count(field, (int) length);
          at += (int) length;
        }
      }
      default ->
          throw new BadWireException("wire type %d does not occur in ONNX".formatted(wire), at);
    }
  }

  private void count(@Nullable FieldDescriptor field, int length) throws BadWireException {
    boolean packed =
        field != null
            && field.isPackable()
            && field.getType() != FieldDescriptor.Type.FLOAT
            && field.getType() != FieldDescriptor.Type.DOUBLE;
    if (packed) {
      countNumbers(length);
    } else {
      countPart();
    }
  }

  private void countPart() throws BadWireException {
    if (++parts > limits.parts()) {
      throw new BadWireException("more than %d parts".formatted(limits.parts()), at);
    }
  }

  private void countNumbers(int more) throws BadWireException {
    numbers += more;
    if (numbers > limits.numbers()) {
      throw new BadWireException("more than %d whole numbers".formatted(limits.numbers()), at);
    }
  }

  private long varint(int end) throws BadWireException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= end) {
        throw new BadWireException("the file ends inside a number", at);
      }
      byte next = in[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BadWireException("a number has more than 10 bytes", at);
  }

  private void skip(int bytes, int end) throws BadWireException {
    if (bytes > end - at) {
      throw new BadWireException("the file ends inside a number", at);
    }
    at += bytes;
  }

  private static void keep(List<String> list, String what) {
    if (list.size() < KEPT) {
      list.add(what);
    }
  }

  /// Not protobuf, or more of it than the limits allow.
  static final class BadWireException extends Exception {
    private final int at;

    BadWireException(String what, int at) {
      super(what);
      this.at = at;
    }

    String where() {
      return "byte " + at;
    }
  }
}

package dev.caisson.runtime.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/// What protobuf would make of a model's bytes, counted before it makes it: messages and texts,
/// each of which costs up to about 150 bytes of heap. Small messages that are not looked into count
/// as if they were full of others. Unlike [WireScan] it refuses nothing by its kind.
final class ObjectCount {
  /// Three million parts of a forest's tables, in about half a GiB.
  private static final int MOST = 3_000_000;

  /// More than ONNX nests in earnest; protobuf itself stops at 100.
  private static final int DEEPEST = 40;

  /// The messages that hold many others.
  private enum Message {
    MODEL,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    /// Sure to hold no message.
    BYTES,
    /// Small, and not looked into.
    OTHER
  }

  private final CodedInputStream in;
  private int objects;
  private int graphs;

  private ObjectCount(byte[] file) {
    this.in = CodedInputStream.newInstance(file);
  }

  /// Refuses bytes that are no protobuf, too many parts, and any number of graphs but one.
  static void requireBounded(byte[] file) throws InvalidModelException {
    ObjectCount count = new ObjectCount(file);
    try {
      count.walk(Message.MODEL, 0);
    } catch (IOException e) {
      throw new InvalidModelException(
          "not an ONNX file: its protobuf bytes break off or do not parse near byte %d"
              .formatted(count.in.getTotalBytesRead()),
          e);
    }
    if (count.graphs != 1) {
      throw new InvalidModelException(
          "an ONNX file holds one graph, this one has %d".formatted(count.graphs));
    }
  }

  private void walk(Message message, int depth) throws IOException, InvalidModelException {
    if (depth > DEEPEST) {
      throw new InvalidModelException("the file nests more than %d levels".formatted(DEEPEST));
    }
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipField(tag);
        continue;
      }
      Message child = child(message, WireFormat.getTagFieldNumber(tag));
      int length = in.readRawVarint32();
      int outer = in.pushLimit(length);
      add(child == Message.OTHER ? 1 + length / 2 : 1);
      if (child == Message.BYTES || child == Message.OTHER) {
        in.skipRawBytes(in.getBytesUntilLimit());
      } else {
        if (child == Message.GRAPH && message == Message.MODEL) {
          graphs++;
        }
        walk(child, depth + 1);
      }
      in.popLimit(outer);
    }
  }

  private void add(int more) throws InvalidModelException {
    objects += Math.min(more, MOST + 1);
    if (objects > MOST) {
      throw new InvalidModelException(
          "the file has more than %d parts (operations, texts, table entries)".formatted(MOST));
    }
  }

  private static Message child(Message message, int field) {
    return switch (message) {
      case MODEL ->
          switch (field) {
            case 2, 3, 4, 6 -> Message.BYTES;
            case 7 -> Message.GRAPH;
            case 25 -> Message.FUNCTION;
            default -> Message.OTHER;
          };
      case FUNCTION -> field == 7 ? Message.NODE : field < 7 ? Message.BYTES : Message.OTHER;
      case GRAPH ->
          switch (field) {
            case 1 -> Message.NODE;
            case 2, 10 -> Message.BYTES;
            case 5 -> Message.TENSOR;
            default -> Message.OTHER;
          };
      case NODE -> field == 5 ? Message.ATTRIBUTE : Message.BYTES;
      case ATTRIBUTE ->
          switch (field) {
            case 5, 10 -> Message.TENSOR;
            case 6, 11 -> Message.GRAPH;
            case 1, 4, 7, 8, 9, 13, 21 -> Message.BYTES;
            default -> Message.OTHER;
          };
      case TENSOR ->
          switch (field) {
            case 1, 4, 5, 6, 7, 8, 9, 10, 11, 12 -> Message.BYTES;
            default -> Message.OTHER;
          };
      case BYTES, OTHER -> Message.BYTES;
    };
  }
}

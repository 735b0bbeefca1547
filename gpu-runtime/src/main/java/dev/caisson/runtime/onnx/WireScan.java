package dev.caisson.runtime.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// One pass over a model's protobuf bytes before anything is built from them. It counts what would
/// become objects (a 2-byte field can cost 150 bytes of heap), refuses what Caisson does not read,
/// and finds where each initializer's floats lie, so that weights can be written back in place.
final class WireScan {
  /// Where an initializer's content lies in the file; `length` 0 where it is neither `raw_data` nor
  /// packed `float_data`.
  record Place(int offset, int length) {
    static final Place NONE = new Place(0, 0);
  }

  /// The messages of onnx.proto that can hold many others.
  private enum Message {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    VALUE,
    TYPE,
    TENSOR_TYPE,
    SHAPE,
    LEAF
  }

  private static final int FLOAT_DATA = 4;
  private static final int RAW_DATA = 9;

  private final CodedInputStream in;
  private final Limits limits;
  private final List<Place> initializers = new ArrayList<>();
  private int fields;
  private int nodes;
  private int graphs;

  private WireScan(byte[] file, Limits limits) {
    this.in = CodedInputStream.newInstance(file);
    this.limits = limits;
  }

  /// The places of the graph's initializers, in file order.
  static List<Place> initializers(byte[] file, Limits limits) throws InvalidModelException {
    WireScan scan = new WireScan(file, limits);
    try {
      scan.walk(Message.MODEL);
    } catch (IOException e) {
      throw new InvalidModelException(
          "not an ONNX file: its protobuf bytes break off or do not parse near byte %d"
              .formatted(scan.in.getTotalBytesRead()),
          e);
    }
    if (scan.graphs != 1) {
      throw new InvalidModelException(
          "an ONNX file holds one graph, this one has %d".formatted(scan.graphs));
    }
    return scan.initializers;
  }

  private void walk(Message message) throws IOException, InvalidModelException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (++fields > limits.fields()) {
        throw new InvalidModelException(
            "the file has more than %d protobuf fields".formatted(limits.fields()));
      }
      int field = WireFormat.getTagFieldNumber(tag);
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipField(tag);
        continue;
      }
      Message child = child(message, field);
      int length = in.readRawVarint32();
      int outer = in.pushLimit(length);
      if (child == Message.TENSOR && message == Message.GRAPH) {
        initializer();
      } else if (child == Message.LEAF) {
        in.skipRawBytes(in.getBytesUntilLimit());
      } else {
        walk(child);
      }
      in.popLimit(outer);
    }
  }

  private void initializer() throws IOException, InvalidModelException {
    Place place = Place.NONE;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (++fields > limits.fields()) {
        throw new InvalidModelException(
            "the file has more than %d protobuf fields".formatted(limits.fields()));
      }
      int field = WireFormat.getTagFieldNumber(tag);
      if (field != FLOAT_DATA && field != RAW_DATA) {
        in.skipField(tag);
        continue;
      }
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED
          || !place.equals(Place.NONE)) {
        throw new InvalidModelException(
            "initializer %d spreads its numbers over several fields; save the file again with the onnx package"
                .formatted(initializers.size()));
      }
      int length = in.readRawVarint32();
      place = new Place(in.getTotalBytesRead(), length);
      in.skipRawBytes(length);
    }
    initializers.add(place);
  }

  private Message child(Message message, int field) throws InvalidModelException {
    return switch (message) {
      case MODEL ->
          switch (field) {
            case 7 -> {
              graphs++;
              yield Message.GRAPH;
            }
            case 20 -> throw refused("training information");
            case 25 -> throw refused("model-local functions");
            default -> Message.LEAF;
          };
      case GRAPH ->
          switch (field) {
            case 1 -> {
              if (++nodes > limits.nodes()) {
                throw new InvalidModelException(
                    "the graph has more than %d nodes".formatted(limits.nodes()));
              }
              yield Message.NODE;
            }
            case 5 -> Message.TENSOR;
            case 11, 12, 13 -> Message.VALUE;
            case 15 -> throw refused("sparse initializers");
            default -> Message.LEAF;
          };
      case NODE -> field == 5 ? Message.ATTRIBUTE : Message.LEAF;
      case ATTRIBUTE ->
          switch (field) {
            case 5, 10 -> Message.TENSOR;
            case 6, 11 -> throw refused("graphs inside nodes (If, Loop, Scan)");
            case 14, 15, 22, 23 -> throw refused("type or sparse attributes");
            default -> Message.LEAF;
          };
      case VALUE -> field == 2 ? Message.TYPE : Message.LEAF;
      case TYPE ->
          switch (field) {
            case 1 -> Message.TENSOR_TYPE;
            case 4, 5, 7, 8, 9 -> throw refused("sequence, map, opaque, sparse or optional values");
            default -> Message.LEAF;
          };
      case TENSOR_TYPE -> field == 2 ? Message.SHAPE : Message.LEAF;
      case TENSOR, SHAPE, LEAF -> Message.LEAF;
    };
  }

  private static InvalidModelException refused(String what) {
    return new InvalidModelException(
        "the file has %s, which Caisson does not read".formatted(what));
  }
}

package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// One file for a model of any length, where ONNX has none: protobuf ends at 2 GiB, and what ONNX
/// calls external data are files beside the model, which no single digest covers.
///
/// The file: 16 bytes `caisson-model/1\n`; the length L of an ONNX file, 8 bytes big-endian; that
/// ONNX file, whose long tensors are external data of the location `weights`; zeros up to a
/// multiple of 64; then the bytes of `weights`, which the tensors' offsets count from. Nothing else
/// can be named, and every byte of `weights` is some tensor's. Read mapped, so that weights that
/// are not looked at cost no memory.
public final class Container {
  private static final byte[] MAGIC = "caisson-model/1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = MAGIC.length + Long.BYTES;
  private static final int ALIGNMENT = 64;
  private static final String LOCATION = "weights";

  /// Tensors with fewer bytes stay in the ONNX file.
  private static final int SHORT = 1 << 10;

  private Container() {}

  /// An opened one.
  ///
  /// @param whole the file
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Opened(byte[] onnx, MemorySegment whole, DataFolder data) {}

  /// Whether these first bytes of a file are those of a container; no ONNX file begins so.
  static boolean begins(byte[] first) {
    return first.length >= MAGIC.length
        && Arrays.equals(first, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /// Maps a container, of which at most `limits.bytes()` are the ONNX file's. The file must not be
  /// changed while it is in use; its name may be deleted.
  static Opened open(Path file, Limits limits) throws IOException, InvalidModelException {
    MemorySegment whole;
    try (FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
    if (whole.byteSize() < HEADER) {
      throw new InvalidModelException("it ends within its first %d bytes".formatted(HEADER));
    }
    long length = whole.asSlice(MAGIC.length, Long.BYTES).asByteBuffer().getLong();
    if (length < 1 || length > Math.min(limits.bytes(), whole.byteSize() - HEADER)) {
      throw new InvalidModelException(
          "it says that its ONNX part has %d bytes; the file has %d, the limit is %d"
              .formatted(length, whole.byteSize(), limits.bytes()));
    }
    byte[] onnx = new byte[(int) length];
    whole.asSlice(HEADER, length).asByteBuffer().get(onnx);
    long from = Math.min(aligned(HEADER + length), whole.byteSize());
    for (long at = HEADER + length; at < from; at++) {
      if (whole.get(ValueLayout.JAVA_BYTE, at) != 0) {
        throw new InvalidModelException("byte %d is neither ONNX nor a weight's".formatted(at));
      }
    }
    return new Opened(onnx, whole, DataFolder.of(LOCATION, whole.asSlice(from)));
  }

  private static long aligned(long at) {
    return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /// Writes a model's ONNX file with its tensors, which may come from data files.
  ///
  /// @param initializers of this very file, in its order
  static void write(byte[] file, List<Tensor> initializers, OutputStream out) throws IOException {
    OnnxMl.ModelProto.Builder model;
    try {
      model = OnnxMl.ModelProto.parseFrom(file).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("this file was parsed before", e);
    }
    OnnxMl.GraphProto.Builder graph = model.getGraphBuilder();
    List<Tensor> outside = new ArrayList<>();
    long offset = 0;
    for (int i = 0; i < initializers.size(); i++) {
      Tensor tensor = initializers.get(i);
      ByteBuffer content = tensor.content();
      OnnxMl.TensorProto.Builder proto = graph.getInitializerBuilder(i);
      if (content.remaining() >= SHORT) {
        graph.setInitializer(i, outside(tensor.name(), tensor.type(), tensor.shape(), offset));
        outside.add(tensor);
        offset += content.remaining();
      } else if (proto.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
        proto.clearExternalData().clearDataLocation().setRawData(ByteString.copyFrom(content));
      }
    }
    head(model.build().toByteArray(), out);
    WritableByteChannel channel = Channels.newChannel(out);
    for (Tensor tensor : outside) {
      for (ByteBuffer rest = tensor.content(); rest.hasRemaining(); ) {
        channel.write(rest);
      }
    }
  }

  /// A float tensor that is written behind a graph, and drawn then.
  public record Planned(String name, Shape shape) {}

  /// Draws the values of planned tensors, in their order.
  @FunctionalInterface
  public interface Draw {
    /// Puts the next `size` values of this tensor at the front of `into`.
    void next(int tensor, float[] into, int size);
  }

  /// Writes a graph that was made here: its own initializers first, then planned ones. Equal graphs
  /// and draws give equal bytes.
  public static void write(
      Graph graph, int opset, List<Planned> planned, Draw draw, OutputStream out)
      throws IOException {
    OnnxMl.ModelProto.Builder model = GraphEncoder.model(graph, opset).toBuilder();
    long offset = 0;
    for (Planned tensor : planned) {
      model
          .getGraphBuilder()
          .addInitializer(outside(tensor.name(), ElementType.FLOAT, tensor.shape(), offset));
      offset += tensor.shape().elements() * Float.BYTES;
    }
    head(model.build().toByteArray(), out);
    float[] piece = new float[1 << 14];
    ByteBuffer bytes =
        ByteBuffer.allocate(piece.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < planned.size(); i++) {
      for (long left = planned.get(i).shape().elements(); left > 0; ) {
        int size = (int) Math.min(piece.length, left);
        draw.next(i, piece, size);
        bytes.asFloatBuffer().put(piece, 0, size);
        out.write(bytes.array(), 0, size * Float.BYTES);
        left -= size;
      }
    }
  }

  private static OnnxMl.TensorProto outside(
      String name, ElementType type, Shape shape, long offset) {
    return OnnxMl.TensorProto.newBuilder()
        .addAllDims(shape.dimensions())
        .setDataType(type.number())
        .setName(name)
        .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", LOCATION))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(shape.elements() * type.bytes())))
        .build();
  }

  private static OnnxMl.StringStringEntryProto entry(String key, String value) {
    return OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static void head(byte[] onnx, OutputStream out) throws IOException {
    DataOutputStream head = new DataOutputStream(out);
    head.write(MAGIC);
    head.writeLong(onnx.length);
    head.write(onnx);
    head.write(new byte[(int) (aligned(HEADER + onnx.length) - HEADER - onnx.length)]);
    head.flush();
  }
}

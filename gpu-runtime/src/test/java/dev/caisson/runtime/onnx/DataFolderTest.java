package dev.caisson.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `y = x·W + b` with W in `w.data` at byte 8 (2 × 3 floats) and b in the model file.
class DataFolderTest {
  private static final float[] W = {1, 2, 3, 4, 5, 6};
  private static final float[] OTHER = {-1, -2, -3, -4, -5, -6, -7, -8, -9};

  @TempDir private Path folder;

  @Test
  void readsNumbersFromTheFileBesideTheModel() throws Exception {
    OnnxModel model = OnnxModel.load(write(entries("w.data", "8", "24"), data(40)));

    assertThat(model.hasDataFiles()).isTrue();
    assertThat(model.initialVector()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void savesModelAndDataByteForByteButForTheWeights() throws Exception {
    byte[] data = data(40);
    Path file = write(entries("w.data", "8", "24"), data);
    OnnxModel model = OnnxModel.load(file);
    Path target = Files.createDirectory(folder.resolve("trained")).resolve("trained.onnx");

    model.withVector(OTHER).save(target);

    byte[] expected = data.clone();
    ByteBuffer.wrap(expected, 8, 24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(OTHER, 0, 6);
    assertThat(target.resolveSibling("w.data")).hasBinaryContent(expected);
    assertThat(OnnxModel.load(target).initialVector()).containsExactly(OTHER);
    assertThat(file.resolveSibling("w.data")).hasBinaryContent(data);
    OnnxModel back = OnnxModel.load(target).withVector(model.initialVector());
    assertThat(back.bytes()).isEqualTo(Files.readAllBytes(file));
    assertThat(back.digest()).isEqualTo(model.digest());
    assertThat(folder.resolve("trained").toFile().list()).hasSize(2);
  }

  @Test
  void neverWritesOverADataFile() throws Exception {
    Path file = write(entries("w.data", "8", "24"), data(40));
    OnnxModel model = OnnxModel.load(file).withVector(OTHER);

    assertThatThrownBy(() -> model.save(file.resolveSibling("trained.onnx")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another folder");
    assertThatThrownBy(() -> model.save(file.resolveSibling("w.data")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("choose another");
    assertThat(folder.resolve("w.data")).hasBinaryContent(data(40));
    assertThat(folder.resolve("trained.onnx")).doesNotExist();
  }

  @Test
  void digestCoversNumbersInDataFiles() throws Exception {
    Digest known = OnnxModel.load(write(entries("w.data", "8", "24"), data(40))).digest();
    byte[] changed = data(40);
    changed[31] ^= 1;
    Digest other = OnnxModel.load(write(entries("w.data", "8", "24"), changed)).digest();
    byte[] padding = data(40);
    padding[39] ^= 1;
    Digest same = OnnxModel.load(write(entries("w.data", "8", "24"), padding)).digest();

    assertThat(other).isNotEqualTo(known);
    assertThat(same).isEqualTo(known);
  }

  @Test
  void becomesOneFileWithTheSameNumbers() throws Exception {
    OnnxModel model = OnnxModel.load(write(entries("w.data", "8", "24"), data(40)));

    OnnxModel one = OnnxModel.parse(model.withVector(OTHER).inOneFile().bytes());

    assertThat(one.hasDataFiles()).isFalse();
    assertThat(one.initialVector()).containsExactly(OTHER);
    assertThat(one.layout()).isEqualTo(model.layout());
    assertThat(one.inOneFile()).isSameAs(one);
  }

  /// The data file is sparse: 2 GiB long, a few KB on disk.
  @Test
  void readsAndWritesBackBeyondTwoGibibytes() throws Exception {
    long offset = (1L << 31) + 12;
    Path data = folder.resolve("w.data");
    try (FileChannel channel =
        FileChannel.open(
            data,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(data(40), 8, 24), offset);
    }
    Path file = folder.resolve("model.onnx");
    Files.write(file, model(entries("w.data", Long.toString(offset), "24")));

    OnnxModel model = OnnxModel.load(file, Limits.LOCAL);
    OnnxModel other = model.withVector(OTHER);

    assertThat(Files.size(data)).isGreaterThan(1L << 31);
    assertThat(model.initialVector()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(other.initialVector()).containsExactly(OTHER);
    assertThat(other.inOneFile().initialVector()).containsExactly(OTHER);
  }

  @Test
  void refusesFilesOutsideTheModelsFolder() throws Exception {
    Path secret = Files.write(folder.resolve("secret"), data(40));
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Files.createSymbolicLink(inside.resolve("link"), secret);
    Files.createDirectory(inside.resolve("folder"));
    for (String name :
        new String[] {
          "../secret",
          secret.toString(),
          "..",
          ".",
          "",
          "a/../../secret",
          "folder/x",
          "a\\b",
          "a\0b"
        }) {
      Path file = Files.write(inside.resolve("m.onnx"), model(entries(name, "8", "24")));
      assertThatThrownBy(() -> OnnxModel.load(file))
          .as(name)
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("in the model's own folder");
    }
    for (String name : new String[] {"link", "folder"}) {
      Path file = Files.write(inside.resolve("m.onnx"), model(entries(name, "8", "24")));
      assertThatThrownBy(() -> OnnxModel.load(file))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("a link or no regular file");
    }
    Path file = Files.write(inside.resolve("m.onnx"), model(entries("missing", "8", "24")));
    assertThatThrownBy(() -> OnnxModel.load(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("cannot be read beside the model");
  }

  @Test
  void refusesPlacesThatTheDataFileDoesNotHave() throws Exception {
    for (String offset : new String[] {"17", "1000", "999999999999999999"}) {
      refuses(entries("w.data", offset, "24"), "which has 40");
    }
    refuses(entries("w.data", "8", "23"), "needs 24 bytes of 'w.data', its entry says 23");
    refuses(entries("w.data", "-8", "24"), "no number of bytes");
    refuses(entries("w.data", "9999999999999999999", "24"), "no number of bytes");
    refuses(
        tensor -> entries("w.data", "8", "24").accept(tensor.addExternalData(entry("offset", "0"))),
        "twice");
    refuses(
        tensor ->
            entries("w.data", "8", "24").accept(tensor.setDims(0, 1L << 40).setDims(1, 1L << 20)),
        "its entry says 24");
    refuses(
        tensor ->
            entries("w.data", "8", Long.toString(1L << 32))
                .accept(tensor.setDims(0, 1L << 15).setDims(1, 1L << 15)),
        "2 GiB");
    refuses(
        tensor -> tensor.addExternalData(entry("location", "w.data")).setRawData(raw(24)),
        "names another file");
    refuses(
        tensor -> entries("w.data", "8", "24").accept(tensor.setRawData(raw(24))),
        "both in this file and in another");
  }

  @Test
  void refusesAWeightThatSharesItsBytes() throws Exception {
    Path data = Files.write(folder.resolve("w.data"), data(40));
    byte[] file =
        Protos.linear(
            m -> {
              outside(m.getGraphBuilder().getInitializerBuilder(0), "8", "24");
              outside(m.getGraphBuilder().getInitializerBuilder(1).clearFloatData(), "28", "12");
            });
    Path overlapping = Files.write(folder.resolve("model.onnx"), file);

    assertThatThrownBy(() -> OnnxModel.load(overlapping))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("'W' and 'b' share bytes of 'w.data'");
    assertThat(data).exists();
  }

  @Test
  void refusesWeightsInDataFilesThatAreNotFinite() throws Exception {
    byte[] data = data(40);
    Arrays.fill(data, 8, 12, (byte) 0xFF);
    Path file = write(entries("w.data", "8", "24"), data);

    assertThatThrownBy(() -> OnnxModel.load(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("initializer 'W' holds NaN at position 0");
  }

  /// 1 TiB that the file only claims to have is refused before it is looked at.
  @Test
  void refusesMoreParametersThanTheLimitBeforeReadingThem() throws Exception {
    byte[] file =
        Protos.linear(
            m -> {
              OnnxMl.TensorProto.Builder tensor = m.getGraphBuilder().getInitializerBuilder(0);
              outside(tensor.setDims(0, 1L << 14).setDims(1, 1L << 14), "0", "1073741824");
              for (int i = 0; i < 1000; i++) {
                m.getGraphBuilder()
                    .addInitializer(tensor.build().toBuilder().setName("W" + i))
                    .addNode(
                        OnnxMl.NodeProto.newBuilder()
                            .setOpType("MatMul")
                            .addInput("x")
                            .addInput("W" + i)
                            .addOutput("y" + i));
              }
            });
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("w.data"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.allocate(1), (1L << 30) - 1);
    }
    Path model = Files.write(folder.resolve("model.onnx"), file);

    assertThatThrownBy(() -> OnnxModel.load(model, Limits.LOCAL))
        .isInstanceOf(InvalidModelException.class)
        // 1,001 matrices of 2^14 × 2^14 and the bias of 3
        .hasMessageContaining((1001L << 28) + 3 + " trainable numbers, the limit is 2147483639");
  }

  @Test
  void savesAModelWithoutDataFilesAsItIs() throws Exception {
    Path target = folder.resolve("plain.onnx");
    OnnxModel model = OnnxModel.parse(Protos.linear());

    model.save(target);
    model.withVector(OTHER).save(target);

    assertThat(target).hasBinaryContent(model.withVector(OTHER).bytes());
    assertThat(folder.toFile().list()).containsExactly("plain.onnx");
  }

  private void refuses(Consumer<OnnxMl.TensorProto.Builder> edit, String reason)
      throws IOException {
    Path file = write(edit, data(40));
    assertThatThrownBy(() -> OnnxModel.load(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(reason);
  }

  private Path write(Consumer<OnnxMl.TensorProto.Builder> edit, byte[] data) throws IOException {
    Files.write(folder.resolve("w.data"), data);
    return Files.write(folder.resolve("model.onnx"), model(edit));
  }

  private static byte[] model(Consumer<OnnxMl.TensorProto.Builder> edit) {
    return Protos.linear(
        m -> edit.accept(m.getGraphBuilder().getInitializerBuilder(0).clearRawData()));
  }

  private static Consumer<OnnxMl.TensorProto.Builder> entries(
      String location, String offset, String length) {
    return tensor ->
        tensor
            .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location))
            .addExternalData(entry("offset", offset))
            .addExternalData(entry("length", length));
  }

  private static void outside(OnnxMl.TensorProto.Builder tensor, String offset, String length) {
    entries("w.data", offset, length).accept(tensor.clearRawData());
  }

  private static OnnxMl.StringStringEntryProto entry(String key, String value) {
    return OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ByteString raw(int bytes) {
    return ByteString.copyFrom(new byte[bytes]);
  }

  /// W from byte 8, other bytes around it.
  private static byte[] data(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0x55);
    ByteBuffer.wrap(bytes, 8, 24).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(W);
    return bytes;
  }
}

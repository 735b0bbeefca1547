package dev.caisson.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.trust.Digest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerTest {
  private static final ModelSpec SPEC = ModelSpec.mlp(40, List.of(30, 20), 1, 7);
  private static final Limits LIMITS = Limits.ofStudy(1 << 24);

  @TempDir private Path folder;

  @Test
  void holdsTheSameModelAsTheOnnxFile() throws Exception {
    OnnxModel plain = SPEC.build();
    plain.pack(folder.resolve("packed"));

    OnnxModel packed = OnnxModel.open(folder.resolve("packed"), LIMITS);

    assertThat(packed.layout()).isEqualTo(plain.layout());
    assertThat(packed.initialVector()).containsExactly(plain.initialVector());
    assertThat(packed.hasDataFiles()).isFalse();
    assertThat(packed.inOneFile().initialVector()).containsExactly(plain.initialVector());
    for (Parameter parameter : plain.layout().parameters()) {
      assertThat(packed.content(parameter)).isEqualTo(plain.content(parameter));
    }
  }

  @Test
  void aSpecIsPackedWithTheWeightsThatItBuilds() throws Exception {
    SPEC.pack(folder.resolve("packed"));

    OnnxModel packed = OnnxModel.open(folder.resolve("packed"), LIMITS);

    assertThat(packed.layout()).isEqualTo(SPEC.build().layout());
    assertThat(packed.initialVector()).containsExactly(SPEC.build().initialVector());
    assertThatThrownBy(() -> SPEC.pack(folder.resolve("packed")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void isNamedByTheDigestOfItsBytesAndReadAfterItsNameIsGone() throws Exception {
    Path file = folder.resolve("packed");
    SPEC.pack(file);
    byte[] bytes = Files.readAllBytes(file);

    OnnxModel packed = OnnxModel.open(file, LIMITS);
    Files.delete(file);

    assertThat(packed.length()).isEqualTo(bytes.length);
    assertThat(packed.digest()).isEqualTo(Digest.of(bytes));
    byte[] some = new byte[100];
    packed.bytes(50, 100).get(some);
    assertThat(some).isEqualTo(Arrays.copyOfRange(bytes, 50, 150));
    assertThat(packed.initialVector()).containsExactly(SPEC.build().initialVector());
  }

  @Test
  void withOtherWeightsItIsSavedAsAContainerAgain() throws Exception {
    SPEC.pack(folder.resolve("packed"));
    OnnxModel packed = OnnxModel.open(folder.resolve("packed"), LIMITS);
    float[] other = packed.initialVector();
    other[17] = 4;

    OnnxModel changed = packed.withVector(other);
    assertThatThrownBy(changed::length)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in no one file");
    changed.save(folder.resolve("other"));

    assertThat(OnnxModel.open(folder.resolve("other"), LIMITS).initialVector())
        .containsExactly(other);
  }

  /// The weights are a hole in a sparse file: 3 GiB long, a few KB on disk.
  @Test
  void opensWhatNoOnnxFileCanHold() throws Exception {
    long rows = (3L << 30) / 4 / 1024;
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    byte[] onnx = gemms((int) rows / 2, 1024);
    write(new DataOutputStream(head), onnx);
    Path file = folder.resolve("large");
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(head.toByteArray()));
      out.write(ByteBuffer.wrap(new byte[1]), head.size() + rows * 1024 * 4 - 1);
    }

    OnnxModel model = OnnxModel.open(file, Limits.ofStudy(1 << 30));

    assertThat(model.length()).isEqualTo(head.size() + (3L << 30));
    assertThat(model.layout().length()).isEqualTo(3 << 28);
    assertThatThrownBy(() -> OnnxModel.open(file, Limits.ofStudy((3 << 28) - 1)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("trainable numbers, the limit is");
  }

  /// Two kernels after one another, whose numbers are outside.
  private static byte[] gemms(int rows, int width) {
    OnnxMl.GraphProto.Builder graph =
        OnnxMl.GraphProto.newBuilder()
            .setName("large")
            .addInput(Protos.value("x", width))
            .addOutput(Protos.value("y", width))
            .addNode(matMul("x", "a", "h"))
            .addNode(matMul("h", "b", "y"))
            .addInitializer(outside("a", width, rows, 0))
            .addInitializer(outside("b", rows, width, 4L * rows * width));
    return Protos.linear(model -> model.setGraph(graph));
  }

  private static OnnxMl.NodeProto matMul(String left, String right, String product) {
    return OnnxMl.NodeProto.newBuilder()
        .setOpType("MatMul")
        .addInput(left)
        .addInput(right)
        .addOutput(product)
        .build();
  }

  private static OnnxMl.TensorProto outside(String name, long rows, long columns, long offset) {
    return OnnxMl.TensorProto.newBuilder()
        .setName(name)
        .setDataType(1)
        .addDims(rows)
        .addDims(columns)
        .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", "weights"))
        .addExternalData(entry("offset", Long.toString(offset)))
        .build();
  }

  private static OnnxMl.StringStringEntryProto entry(String key, String value) {
    return OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static void write(DataOutputStream out, byte[] onnx) throws Exception {
    out.write("caisson-model/1\n".getBytes(StandardCharsets.US_ASCII));
    out.writeLong(onnx.length);
    out.write(onnx);
    while (out.size() % 64 > 0) {
      out.write(0);
    }
  }

  @Test
  void refusesWhatIsCutOrSaysThatItIsLonger() throws Exception {
    SPEC.pack(folder.resolve("packed"));
    byte[] bytes = Files.readAllBytes(folder.resolve("packed"));
    for (int length : new int[] {16, 23, 24, 500, 1000, bytes.length - 1}) {
      refused(Arrays.copyOf(bytes, length), "");
    }
    for (long said : new long[] {0, -1, bytes.length, Long.MAX_VALUE}) {
      byte[] lying = bytes.clone();
      ByteBuffer.wrap(lying).putLong(16, said);
      refused(lying, "it says that its ONNX part has %d bytes".formatted(said));
    }
  }

  @Test
  void refusesBytesThatNoTensorUses() throws Exception {
    SPEC.pack(folder.resolve("packed"));
    byte[] bytes = Files.readAllBytes(folder.resolve("packed"));
    refused(Arrays.copyOf(bytes, bytes.length + 1), "that no tensor uses");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(new DataOutputStream(out), SPEC.build().bytes());
    assertThat(OnnxModel.open(Files.write(folder.resolve("none"), out.toByteArray()), LIMITS))
        .as("a container without weights outside")
        .satisfies(model -> assertThat(model.length()).isEqualTo(out.size()));
    out.write(0);
    refused(out.toByteArray(), "that no tensor uses");
    int end = 24 + (int) ByteBuffer.wrap(bytes).getLong(16);
    assertThat(end % 64).as("there is padding").isNotZero();
    byte[] padded = bytes.clone();
    padded[end] = 'A';
    refused(padded, "byte %d is neither ONNX nor a weight's".formatted(end));
  }

  /// What is sent to a site must not reach for files that lie there.
  @Test
  void namesNoOtherFile() throws Exception {
    Files.write(folder.resolve("secret"), new byte[4 * 1024 * 1024 * 2]);
    OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(gemms(1024, 1024)).toBuilder();
    for (OnnxMl.TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      tensor.setExternalData(0, entry("location", "secret"));
    }
    byte[] onnx = model.build().toByteArray();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(new DataOutputStream(out), onnx);

    refused(out.toByteArray(), "keeps its numbers in 'secret', which is not in this file");
    refused(onnx, "keeps its numbers in another file");
  }

  private void refused(byte[] content, String words) throws Exception {
    Path file = Files.write(folder.resolve("hostile"), content);
    assertThatThrownBy(() -> OnnxModel.open(file, LIMITS))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(words);
  }
}

package dev.caisson.airlock.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.caisson.airlock.Finding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileScanTest {
  private final OnnxFileScan scan = new OnnxFileScan(ScanLimits.usual());

  @Test
  void aPlainNetworkPassesEveryCheck() {
    FileScan result = scan.scan(Models.network().build().toByteArray());
    assertThat(result.findings()).allMatch(f -> f.status() == Finding.Status.PASS);
    assertThat(result.findings()).extracting(Finding::check).doesNotHaveDuplicates();
  }

  @Test
  void realPyTorchAndScikitLearnFilesDoNotBlock() throws IOException {
    for (String name : List.of("torch-mlp.onnx", "sklearn-logistic.onnx")) {
      try (InputStream in = OnnxFileScanTest.class.getResourceAsStream(name)) {
        FileScan result = scan.scan(in.readAllBytes());
        assertThat(result.findings()).as(name).noneMatch(Finding::blocks);
      }
    }
  }

  @Test
  void givesTheCoefficientsThatScikitLearnKeepsInAttributes() throws IOException {
    try (InputStream in = OnnxFileScanTest.class.getResourceAsStream("sklearn-logistic.onnx")) {
      assertThat(scan.tensors(in.readAllBytes()))
          .extracting(StoredTensor::name)
          .anyMatch(name -> name.endsWith(".coefficients"))
          .anyMatch(name -> name.endsWith(".scale"));
    }
  }

  @Test
  void givesTheNumbersThatAFileKeeps() {
    List<StoredTensor> tensors = scan.tensors(Models.network().build().toByteArray());
    assertThat(tensors).extracting(StoredTensor::name).containsExactly("w1", "b1", "w2", "b2");
    assertThat(tensors.getFirst().shape()).containsExactly(3, 4);
    assertThat(tensors.getFirst().values()[5]).isEqualTo(0.5f);
    assertThatIllegalArgumentException().isThrownBy(() -> scan.tensors(new byte[] {1, 2, 3}));
  }

  @Test
  void blocksExternalDataAndNamesTheEscape() {
    assertBlocks(external("/etc/passwd"), "tensors.external", "absolute file /etc/passwd");
    assertBlocks(external("a/../../b"), "tensors.external", "outside its own folder");
    assertBlocks(external("C:\\x"), "tensors.external", "absolute");
    assertBlocks(external("weights.bin"), "tensors.external", "outside this file");
  }

  @Test
  void blocksForeignDomainsAndFunctions() {
    OnnxMl.ModelProto.Builder model = Models.network();
    model.getGraphBuilder().getNodeBuilder(0).setDomain("com.evil");
    assertBlocks(model, "model.domains", "com.evil");
    assertBlocks(
        Models.network()
            .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("ai.other")),
        "model.domains",
        "ai.other");
    assertBlocks(
        Models.network().addFunctions(OnnxMl.FunctionProto.newBuilder().setName("f")),
        "model.domains",
        "functions");
  }

  @Test
  void blocksWhatNoOutputDependsOn() {
    OnnxMl.ModelProto.Builder parcel = Models.network();
    parcel.getGraphBuilder().addInitializer(Models.floats("parcel", new float[100], 100));
    assertBlocks(parcel, "graph.unused", "400 bytes");
    OnnxMl.ModelProto.Builder chain = Models.network();
    chain
        .getGraphBuilder()
        .addInitializer(Models.floats("parcel", new float[100], 100))
        .addNode(OnnxMl.NodeProto.newBuilder().setOpType("Relu").addInput("parcel").addOutput("z"));
    assertBlocks(chain, "graph.unused", "400 bytes");
    OnnxMl.ModelProto.Builder twice = Models.network();
    twice.getGraphBuilder().addInitializer(Models.floats("w1", new float[12], 3, 4));
    assertBlocks(twice, "graph.names", "share one name");
    OnnxMl.ModelProto.Builder shadow = Models.network();
    shadow.getGraphBuilder().getNodeBuilder(1).setOutput(0, "x");
    assertBlocks(shadow, "graph.names", "share one name");
  }

  @Test
  void valuesUsedOnlyInsideABranchAreUsed() {
    OnnxMl.GraphProto branch =
        OnnxMl.GraphProto.newBuilder()
            .setName("branch")
            .addNode(
                OnnxMl.NodeProto.newBuilder()
                    .setOpType("Add")
                    .addInput("out0")
                    .addInput("inner")
                    .addOutput("r"))
            .addOutput(OnnxMl.ValueInfoProto.newBuilder().setName("r"))
            .build();
    OnnxMl.ModelProto.Builder model = Models.network();
    OnnxMl.GraphProto.Builder graph = model.getGraphBuilder();
    graph.addInitializer(Models.floats("inner", new float[100], 100));
    int last = graph.getNodeCount() - 1;
    graph.getNodeBuilder(last).setOutput(0, "out0");
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setOpType("If")
            .addInput("x")
            .addOutput("y")
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("then_branch")
                    .setType(OnnxMl.AttributeProto.AttributeType.GRAPH)
                    .setG(branch)));
    FileScan result = scan.scan(model.build().toByteArray());
    assertThat(result.findings()).noneMatch(Finding::blocks);
    assertThat(result.findings())
        .anyMatch(f -> f.check().equals("model.control-flow") && f.status() == Finding.Status.WARN);
  }

  @Test
  void blocksBytesThatReadersPassOver() throws IOException {
    assertBlocks(
        Models.network()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        999,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("parcel"))
                            .build())
                    .build()),
        "file.unknown-fields",
        "does not know");
    // a doc string given twice: readers see the second
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OnnxMl.ModelProto.newBuilder().setProducerVersion("smuggled").build().writeTo(out);
    Models.network().setProducerVersion("1").build().writeTo(out);
    assertBlocks(out.toByteArray(), "file.doubled-fields", "only the last");
    byte[] trailing = Arrays.copyOf(Models.network().build().toByteArray(), 500);
    assertThat(scan.scan(trailing).blocks()).isTrue();
  }

  @Test
  void blocksTensorsThatLieAboutTheirSize() {
    assertBlocks(withW1(t -> t.setDims(0, 1L << 40)), "tensors.sizes", "impossible dimensions");
    assertBlocks(withW1(t -> t.setDims(0, -3)), "tensors.sizes", "impossible dimensions");
    assertBlocks(withW1(t -> t.setDims(0, 300)), "tensors.sizes", "declares 1200 of float");
    assertBlocks(withW1(t -> t.addFloatData(1)), "tensors.sizes", "2 places");
    assertBlocks(withW1(t -> t.setDataType(99)), "tensors.sizes", "undefined");
    assertBlocks(
        withW1(t -> t.clearRawData().addAllDoubleData(List.of(1.0))),
        "tensors.sizes",
        "other numbers");
    assertBlocks(
        withW1(
            t -> {
              for (int i = 0; i < 40; i++) {
                t.addDims(1);
              }
            }),
        "tensors.sizes",
        "impossible dimensions");
  }

  @Test
  void blocksNotANumberBecauseItCarriesBits() {
    float[] values = new float[12];
    values[7] = Float.intBitsToFloat(0x7fc0beef);
    OnnxMl.ModelProto.Builder model = Models.network();
    model.getGraphBuilder().setInitializer(0, Models.floats("w1", values, 3, 4));
    assertBlocks(model, "tensors.finite", "NaN");
  }

  @Test
  void blocksAPageOfTextAndWarnsOfALine() {
    OnnxMl.ModelProto.Builder line = Models.network().setDocString("trained on ward 7");
    assertThat(scan.scan(line.build().toByteArray()).findings())
        .anyMatch(f -> f.check().equals("text.metadata") && f.status() == Finding.Status.WARN);
    OnnxMl.ModelProto.Builder page =
        Models.network()
            .addMetadataProps(
                OnnxMl.StringStringEntryProto.newBuilder().setKey("k").setValue("x".repeat(5000)));
    assertBlocks(page, "text.metadata", "text of 5001 characters");
    OnnxMl.ModelProto.Builder name = Models.network();
    name.getGraphBuilder().getNodeBuilder(0).setName("n".repeat(3000));
    assertBlocks(name, "text.names", "3000 characters");
  }

  @Test
  void blocksMoreThanItsLimits() {
    byte[] file = Models.network().build().toByteArray();
    assertThat(new OnnxFileScan(new ScanLimits(100, 10, 10, 1000, 1000, 20)).scan(file).findings())
        .extracting(Finding::check, Finding::blocks)
        .containsExactly(Tuple.tuple("file.size", true));
    assertThat(
            new OnnxFileScan(new ScanLimits(10_000, 1, 10, 1000, 1000, 20)).scan(file).findings())
        .anyMatch(f -> f.check().equals("model.counts") && f.blocks());
    assertThat(new OnnxFileScan(new ScanLimits(10_000, 10, 10, 5, 1000, 20)).scan(file).findings())
        .anyMatch(f -> f.what().contains("more than 5 parts"));
  }

  @Test
  void staysSmallOnFilesMadeToSwell() {
    // 8 MB of two-byte empty messages would become gigabytes of parsed objects
    byte[] bomb = new byte[8 << 20];
    for (int i = 0; i < bomb.length; i += 2) {
      bomb[i] = (8 << 3) | 2; // an empty opset import
    }
    assertThat(scan.scan(bomb).findings())
        .anyMatch(f -> f.what().contains("more than 500000 parts"));
    byte[] deep = new byte[0];
    for (int i = 0; i < 200; i++) {
      deep = nested(deep);
    }
    assertThat(scan.scan(nestedGraph(deep)).findings())
        .anyMatch(f -> f.what().contains("40 levels"));
  }

  @Test
  void neverThrowsOnMutatedFiles() {
    byte[] file = Models.network().build().toByteArray();
    Random random = new Random(7);
    int blocked = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] mutant = file.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
      }
      FileScan result = scan.scan(mutant);
      assertThat(result.findings()).isNotEmpty();
      blocked += result.blocks() ? 1 : 0;
    }
    assertThat(blocked).isGreaterThan(5000);
  }

  @Test
  void doesNotFollowALinkToAFile(@TempDir Path folder) throws IOException {
    Path real = Files.write(folder.resolve("real.onnx"), Models.network().build().toByteArray());
    assertThat(scan.scan(real).blocks()).isFalse();
    Path link = Files.createSymbolicLink(folder.resolve("link.onnx"), real);
    Assertions.assertThatIOException()
        .isThrownBy(() -> scan.scan(link))
        .withMessageContaining("regular file");
  }

  private void assertBlocks(OnnxMl.ModelProto.Builder model, String check, String what) {
    assertBlocks(model.build().toByteArray(), check, what);
  }

  private void assertBlocks(byte[] file, String check, String what) {
    List<Finding> blocks = scan.scan(file).findings().stream().filter(Finding::blocks).toList();
    assertThat(blocks).extracting(Finding::check).contains(check);
    assertThat(blocks).extracting(Finding::what).anyMatch(said -> said.contains(what));
  }

  private static OnnxMl.ModelProto.Builder external(String location) {
    return withW1(
        t ->
            t.clearRawData()
                .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                    OnnxMl.StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue(location)));
  }

  private interface Change {
    void to(OnnxMl.TensorProto.Builder tensor);
  }

  private static OnnxMl.ModelProto.Builder withW1(Change change) {
    OnnxMl.ModelProto.Builder model = Models.network();
    change.to(model.getGraphBuilder().getInitializerBuilder(0));
    return model;
  }

  /// A graph attribute in a node in a graph, once more around `inner`.
  private static byte[] nested(byte[] inner) {
    OnnxMl.AttributeProto attribute = OnnxMl.AttributeProto.newBuilder().setName("g").build();
    byte[] node = field(5, concat(attribute.toByteArray(), field(6, inner))); // node.attribute.g
    return field(1, node); // graph.node
  }

  private static byte[] nestedGraph(byte[] graph) {
    return field(7, graph);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((number << 3) | 2);
    int length = content.length;
    while (length > 127) {
      out.write((length & 127) | 128);
      length >>>= 7;
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }
}

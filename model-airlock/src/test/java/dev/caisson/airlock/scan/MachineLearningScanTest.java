package dev.caisson.airlock.scan;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import dev.caisson.airlock.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Operators of `ai.onnx.ml`, as scikit-learn and XGBoost export them.
class MachineLearningScanTest {
  private final OnnxFileScan scan = new OnnxFileScan(ScanLimits.usual());

  @Test
  void realScikitLearnAndXgboostFilesDoNotBlock() throws IOException {
    for (String name :
        List.of(
            "forest-leaf-20",
            "linear-regression",
            "minmax-logistic",
            "mlp",
            "one-hot-towns",
            "one-nearest-neighbour",
            "svc-rbf",
            "tree-classifier-leaf-20",
            "tree-regressor-unrestricted",
            "xgboost")) {
      assertThat(scan.scan(fixture(name)).findings()).as(name).noneMatch(Finding::blocks);
    }
  }

  @Test
  void readsTheGraphOfAFileThatPassed() throws IOException {
    ModelGraph graph = scan.graph(fixture("forest-leaf-20"));
    assertThat(graph.inputs()).containsExactly("X");
    ModelGraph.Operation forest = graph.operations().getFirst();
    assertThat(forest.operator()).isEqualTo("TreeEnsembleClassifier");
    assertThat(forest.wholes("nodes_treeids")).contains(0, 4).doesNotContain(5);
    assertThat(forest.texts("nodes_modes")).contains("LEAF", "BRANCH_LEQ");
    assertThat(scan.graph(fixture("mlp")).weights().values())
        .anyMatch(w -> w.name().equals("coefficient") && w.size() == 96);
  }

  /// That a node is a branch or a leaf names nobody; any other word in its place might.
  @Test
  void theOperatorsOwnWordsAreNoTexts() throws IOException {
    byte[] forest = fixture("tree-regressor-unrestricted");
    assertThat(scan.scan(forest).findings())
        .filteredOn(f -> f.check().equals("tensors.texts"))
        .singleElement()
        .matches(f -> f.status() == Finding.Status.PASS);
    OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(forest).toBuilder();
    model.getGraphBuilder().getNodeBuilder(0).getAttributeBuilderList().stream()
        .filter(a -> a.getName().equals("nodes_modes"))
        .forEach(a -> a.setStrings(0, ByteString.copyFromUtf8("J. Smith")));
    assertThat(scan.scan(model.build().toByteArray()).findings())
        .filteredOn(f -> f.check().equals("tensors.texts"))
        .singleElement()
        .matches(f -> f.status() == Finding.Status.WARN && f.what().startsWith("keeps 1 texts"));
  }

  @Test
  void blocksWhatNoOperatorReads() throws IOException {
    assertBlocks(
        changed(
            node ->
                node.addAttribute(
                    attribute("parcel", OnnxMl.AttributeProto.AttributeType.STRING)
                        .setS(ByteString.copyFromUtf8("rows")))),
        "attributes.known",
        "no attribute parcel");
    assertBlocks(
        changed(node -> node.getAttributeBuilder(0).setS(ByteString.copyFromUtf8("rows"))),
        "attributes.fields",
        "holds 1 STRING too");
    assertBlocks(
        changed(node -> node.addAttribute(node.getAttribute(0))),
        "attributes.fields",
        "given twice");
    assertBlocks(changed(node -> node.setOpType("Pickle")), "attributes.known", "no operator");
    assertBlocks(
        changed(node -> named(node, "nodes_values").addFloats(1)), "attributes.tables", "nodes_");
    assertBlocks(
        changed(node -> named(node, "nodes_values").setFloats(0, Float.intBitsToFloat(0x7fc12345))),
        "attributes.finite",
        "22 free bits");
  }

  @Test
  void blocksAndCanonicallyDropsWhatTreesKeepInPlacesThatNoReaderUses() throws IOException {
    byte[] honest = CanonicalOnnx.of(fixture("tree-classifier-unrestricted"));
    OnnxMl.ModelProto.Builder model =
        OnnxMl.ModelProto.parseFrom(fixture("tree-classifier-unrestricted")).toBuilder();
    OnnxMl.NodeProto.Builder tree = model.getGraphBuilder().getNodeBuilder(0);
    OnnxMl.AttributeProto.Builder values = named(tree, "nodes_values");
    OnnxMl.AttributeProto.Builder rates = named(tree, "nodes_hitrates");
    OnnxMl.AttributeProto modes = named(tree, "nodes_modes").build();
    for (int i = 0; i < modes.getStringsCount(); i++) {
      if (modes.getStrings(i).toStringUtf8().equals("LEAF")) {
        values.setFloats(i, i * 0.37f);
      }
    }
    assertBlocks(model.build().toByteArray(), "attributes.unread", "no reader uses");
    for (int i = 0; i < rates.getFloatsCount(); i++) {
      rates.setFloats(i, i);
    }
    assertThat(CanonicalOnnx.of(model.build().toByteArray())).isEqualTo(honest);
  }

  @Test
  void blocksAFiveGigabyteTensorThatIsNotThere() {
    OnnxMl.ModelProto.Builder model = Models.network();
    model.getGraphBuilder().getInitializerBuilder(0).setDims(0, 5L << 28).setDims(1, 1);
    assertBlocks(model.build().toByteArray(), "tensors.sizes", "5368709120 bytes, and has 48");
  }

  private static OnnxMl.AttributeProto.Builder attribute(
      String name, OnnxMl.AttributeProto.AttributeType type) {
    return OnnxMl.AttributeProto.newBuilder().setName(name).setType(type);
  }

  private static OnnxMl.AttributeProto.Builder named(OnnxMl.NodeProto.Builder node, String name) {
    return node.getAttributeBuilderList().stream()
        .filter(a -> a.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] changed(Consumer<OnnxMl.NodeProto.Builder> change) throws IOException {
    OnnxMl.ModelProto.Builder model =
        OnnxMl.ModelProto.parseFrom(fixture("tree-classifier-leaf-20")).toBuilder();
    change.accept(model.getGraphBuilder().getNodeBuilder(0));
    return model.build().toByteArray();
  }

  private void assertBlocks(byte[] file, String check, String what) {
    assertThat(scan.scan(file).findings())
        .anyMatch(f -> f.blocks() && f.check().equals(check) && f.what().contains(what));
  }

  private static byte[] fixture(String name) throws IOException {
    try (InputStream in =
        MachineLearningScanTest.class.getResourceAsStream(
            "/dev/caisson/airlock/fixtures/" + name + ".onnx")) {
      return in.readAllBytes();
    }
  }
}

package dev.caisson.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import dev.caisson.runtime.onnx.Parameter.Kind;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OnnxModelTest {
  @Test
  void laysParametersOutInInitializerOrder() throws Exception {
    OnnxModel model = OnnxModel.parse(Protos.linear());

    assertThat(model.layout().parameters())
        .containsExactly(
            new Parameter("W", Shape.of(2, 3), 0, 6, Kind.WEIGHT),
            new Parameter("b", Shape.of(3), 6, 3, Kind.WEIGHT));
    assertThat(model.initialVector()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(model.opset()).isEqualTo(17);
    assertThat(model.metadata()).containsEntry("study", "one");
  }

  @Test
  void writesBackNothingButTheWeightsInBothEncodings() throws Exception {
    OnnxModel model = OnnxModel.parse(Protos.linear());
    float[] other = {-1, -2, -3, -4, -5, -6, -7, -8, -9};

    OnnxModel written = model.withVector(other);

    assertThat(written.initialVector()).containsExactly(other);
    byte[] expected =
        Protos.linear(
            m ->
                m.getGraphBuilder()
                    .setInitializer(0, Protos.raw("W", Arrays.copyOf(other, 6), 2, 3))
                    .setInitializer(1, Protos.packed("b", Arrays.copyOfRange(other, 6, 9), 3)));
    assertThat(written.bytes()).isEqualTo(expected);
    assertThat(written.withVector(model.initialVector()).bytes()).isEqualTo(model.bytes());
    assertThat(written.layout().digest()).isEqualTo(model.layout().digest());
    assertThat(written.digest()).isNotEqualTo(model.digest());
  }

  @Test
  void layoutDigestSeesNamesShapesAndOrder() throws Exception {
    OnnxModel model = OnnxModel.parse(Protos.linear());
    OnnxModel renamed =
        OnnxModel.parse(
            Protos.linear(
                m -> {
                  m.getGraphBuilder().getInitializerBuilder(1).setName("bias");
                  m.getGraphBuilder().getNodeBuilder(0).setInput(2, "bias");
                }));
    OnnxModel swapped =
        OnnxModel.parse(
            Protos.linear(
                m -> {
                  OnnxMl.TensorProto first = m.getGraphBuilder().getInitializer(0);
                  m.getGraphBuilder().removeInitializer(0).addInitializer(first);
                }));

    assertThat(model.layout().digest())
        .isNotEqualTo(renamed.layout().digest())
        .isNotEqualTo(swapped.layout().digest());
  }

  @Test
  void parameterDigestChangesWithItsOwnValuesOnly() throws Exception {
    ParameterLayout layout = OnnxModel.parse(Protos.linear()).layout();
    float[] vector = new float[9];
    float[] other = new float[9];
    other[8] = 1;

    assertThat(layout.digestOf(layout.parameters().get(0), vector))
        .isEqualTo(layout.digestOf(layout.parameters().get(0), other));
    assertThat(layout.digestOf(layout.parameters().get(1), vector))
        .isNotEqualTo(layout.digestOf(layout.parameters().get(1), other));
  }

  @Test
  void constantsAndScalersAreNotParameters() throws Exception {
    OnnxModel model =
        OnnxModel.parse(
            Protos.linear(
                m -> {
                  m.getGraphBuilder()
                      .addInitializer(Protos.raw("mean", new float[] {1, 1}, 2))
                      .addInitializer(Protos.raw("scalar", new float[] {1}))
                      .addNode(0, node("scale", "Sub", "centred", "x", "mean"))
                      .addNode(1, node("shift", "Add", "shifted", "centred", "scalar"));
                  m.getGraphBuilder().getNodeBuilder(2).setInput(0, "shifted");
                }));

    assertThat(model.layout().parameters()).extracting(Parameter::name).containsExactly("W", "b");
  }

  @Test
  void findsWeightsBehindATranspose() throws Exception {
    OnnxModel model =
        OnnxModel.parse(
            Protos.linear(
                m -> {
                  m.getGraphBuilder().addNode(0, node("turn", "Transpose", "Wt", "W"));
                  m.getGraphBuilder().getNodeBuilder(1).setInput(1, "Wt");
                }));

    assertThat(model.layout().parameters()).extracting(Parameter::name).containsExactly("W", "b");
  }

  @Test
  void refusesAnInitializerThatTwoLayersShare() {
    refuses(
        m ->
            m.getGraphBuilder()
                .addNode(node("again", "Add", "z", "y", "b"))
                .setOutput(0, Protos.value("z", 3)),
        "initializer 'b' is read by node 'fc' (Gemm) and by node 'again' (Add)");
  }

  @Test
  void refusesOldAndForeignOperators() {
    refuses(m -> m.getOpsetImportBuilder(0).setVersion(9), "opset 9");
    refuses(m -> m.getOpsetImportBuilder(0).setVersion(22), "opset 22");
    refuses(
        m -> m.getGraphBuilder().getNodeBuilder(0).setDomain("com.example"),
        "domain 'com.example'");
  }

  @Test
  void refusesMissingValuesCyclesAndDoubleNames() {
    refuses(m -> m.getGraphBuilder().removeInitializer(1), "node 'fc' (Gemm) reads 'b'");
    refuses(
        m ->
            m.getGraphBuilder()
                .addNode(0, node("loop", "Relu", "r", "y"))
                .getNodeBuilder(1)
                .setInput(0, "r"),
        "node 'loop' (Relu) reads 'y'");
    refuses(
        m -> m.getGraphBuilder().addNode(node("again", "Relu", "y", "x")), "'y' is defined twice");
    refuses(m -> m.getGraphBuilder().getOutputBuilder(0).setName("other"), "output 'other'");
    refuses(m -> m.getGraphBuilder().clearOutput(), "no output");
  }

  @Test
  void refusesSizesThatLie() {
    refuses(
        m -> m.getGraphBuilder().getInitializerBuilder(0).setDims(0, 1_000_000_000),
        "initializer 'W' of shape [1000000000×3]");
    refuses(
        m -> m.getGraphBuilder().getInitializerBuilder(0).setDims(0, Long.MAX_VALUE),
        "impossible shape");
    refuses(m -> m.getGraphBuilder().getInitializerBuilder(0).setDims(0, -1), "negative dimension");
    refuses(m -> m.getGraphBuilder().getInitializerBuilder(1).addFloatData(1), "the file holds 16");
  }

  @Test
  void refusesDataOutsideTheFile() {
    refuses(
        m ->
            m.getGraphBuilder()
                .getInitializerBuilder(0)
                .clearRawData()
                .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                    OnnxMl.StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue("../../etc/passwd")),
        "external_data=False");
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    refuses(
        m -> m.getGraphBuilder().getInitializerBuilder(1).setFloatData(2, Float.NaN),
        "initializer 'b' holds NaN at position 2");
    assertThatThrownBy(
            () ->
                OnnxModel.parse(Protos.linear())
                    .withVector(new float[] {0, 0, 0, Float.POSITIVE_INFINITY, 0, 0, 0, 0, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("position 3");
  }

  @Test
  void refusesAHundredThousandNodes() {
    refuses(
        m -> {
          OnnxMl.GraphProto.Builder graph = m.getGraphBuilder();
          for (int i = 0; i < 100_000; i++) {
            graph.addNode(node("", "Relu", "r" + i, i == 0 ? "y" : "r" + (i - 1)));
          }
        },
        "more than 20000 nodes");
    assertThat(Limits.LOCAL.nodes()).isLessThan(100_000);
  }

  @Test
  void saysWhatToDoWithAClassicalModel() {
    refuses(
        m -> m.getGraphBuilder().getNodeBuilder(0).setDomain("ai.onnx.ml"),
        "docs/how-to/export-from-scikit-learn.md");
  }

  @Test
  void refusesGraphsInsideNodesFunctionsAndTrainingInformation() {
    refuses(
        m ->
            m.getGraphBuilder()
                .getNodeBuilder(0)
                .addAttribute(
                    OnnxMl.AttributeProto.newBuilder()
                        .setName("body")
                        .setType(OnnxMl.AttributeProto.AttributeType.GRAPH)
                        .setG(OnnxMl.GraphProto.getDefaultInstance())),
        "graphs inside nodes");
    refuses(m -> m.addFunctions(OnnxMl.FunctionProto.getDefaultInstance()), "functions");
    refuses(
        m -> m.addTrainingInfo(OnnxMl.TrainingInfoProto.getDefaultInstance()),
        "training information");
  }

  @Test
  void refusesFieldsByTheMillionBeforeBuildingThem() {
    byte[] bomb = new byte[4_000_000];
    for (int i = 0; i < bomb.length; i += 2) {
      bomb[i] = 0x72; // metadata_props, empty: 2 bytes in the file, an object each in memory
    }
    assertThatThrownBy(() -> OnnxModel.parse(bomb))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("protobuf fields");
  }

  @Test
  void refusesFilesThatAreNotModels() {
    assertThatThrownBy(() -> OnnxModel.parse(new byte[0]))
        .isInstanceOf(InvalidModelException.class);
    byte[] cut = Arrays.copyOf(Protos.linear(), 60);
    assertThatThrownBy(() -> OnnxModel.parse(cut))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("break off");
    assertThatThrownBy(() -> OnnxModel.parse(Protos.linear(), new Limits(100, 10, 1000, 1000)))
        .hasMessageContaining("the limit is 100");
    assertThatThrownBy(() -> OnnxModel.parse(Protos.linear(), new Limits(10_000, 10, 1000, 8)))
        .hasMessageContaining("9 trainable numbers, the limit is 8");
  }

  @Test
  void namesFromTheFileCannotForgeLogLines() {
    byte[] file =
        Protos.linear(
            m ->
                m.getGraphBuilder()
                    .getNodeBuilder(0)
                    .setName("fc\nINFO all is well" + "x".repeat(5000)));

    assertThatThrownBy(() -> OnnxModel.parse(file))
        .isInstanceOf(InvalidModelException.class)
        .message()
        .hasSizeLessThan(1100)
        .doesNotContain("\n");
  }

  @Test
  void refusesNumbersSpreadOverTwoFields() {
    refuses(
        m ->
            m.getGraphBuilder()
                .getInitializerBuilder(1)
                .setRawData(ByteString.copyFrom(new byte[12])),
        "several fields");
  }

  private static OnnxMl.NodeProto node(
      String name, String operation, String output, String... inputs) {
    return OnnxMl.NodeProto.newBuilder()
        .setName(name)
        .setOpType(operation)
        .addAllInput(Arrays.asList(inputs))
        .addOutput(output)
        .build();
  }

  private static void refuses(Consumer<OnnxMl.ModelProto.Builder> edit, String reason) {
    byte[] file = Protos.linear(edit);
    assertThatThrownBy(() -> OnnxModel.parse(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(reason);
  }
}

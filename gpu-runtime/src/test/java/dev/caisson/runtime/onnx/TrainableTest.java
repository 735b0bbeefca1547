package dev.caisson.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import dev.caisson.runtime.onnx.Parameter.Kind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which initializers of a graph train, by the operation that reads them. An initializer named `i0`
/// is `[8]`, one named `m0` is `[8×8]`.
class TrainableTest {
  @ParameterizedTest
  @CsvSource({
    "Gemm, x m0 i1, i1 m0",
    "MatMul, x m0, m0",
    "Einsum, x m0, m0",
    "Conv, x m0 i1, i1 m0",
    "ConvTranspose, x m0 i1, i1 m0",
    "Gather, m0 x, m0",
    "LSTM, x m0 m1 i2 i3 m4 m5 i6, i2 m0 m1",
    "GRU, x m0 m1 i2 i3 m4, i2 m0 m1",
    "RNN, x m0 m1 i2 i3 m4, i2 m0 m1",
    "GroupNormalization, x i0 i1, i0 i1",
    "InstanceNormalization, x i0 i1, i0 i1",
    "LayerNormalization, x i0 i1, i0 i1",
    "PRelu, x i0, i0",
    "Sub, x i0, ''",
    "Div, x i0, ''",
    "Where, x m0 m1, ''",
    "Resize, x i0 i1, ''"
  })
  void trainsTheWeightsOfAnOperation(String operation, String inputs, String trained)
      throws Exception {
    OnnxModel model = model(Map.of(), node(operation, "y", inputs.split(" ")));

    assertThat(names(model)).isEqualTo(trained);
  }

  @Test
  void knowsRunningStatisticsFromWeights() throws Exception {
    OnnxModel model = model(Map.of(), node("BatchNormalization", "y", "x", "i0", "i1", "i2", "i3"));

    assertThat(model.layout().parameters())
        .extracting(Parameter::kind)
        .containsExactly(Kind.WEIGHT, Kind.WEIGHT, Kind.STATISTIC, Kind.STATISTIC);
    OnnxModel other = model(Map.of(), node("LSTM", "y", "x", "i0", "i1", "i2", "i3"));
    assertThat(model.layout().digest()).isNotEqualTo(other.layout().digest());
  }

  @Test
  void layoutDigestSeesKinds() {
    Shape shape = Shape.of(2);
    ParameterLayout weight =
        new ParameterLayout(List.of(new Parameter("a", shape, 0, 2, Kind.WEIGHT)));
    ParameterLayout statistic =
        new ParameterLayout(List.of(new Parameter("a", shape, 0, 2, Kind.STATISTIC)));

    assertThat(weight.digest()).isNotEqualTo(statistic.digest());
  }

  @Test
  void trainsWhatIsAddedOrMultipliedBehindALayerOnly() throws Exception {
    OnnxModel model =
        model(
            Map.of(),
            node("Sub", "a", "x", "i0"),
            node("Mul", "b", "a", "i1"),
            node("Add", "c", "b", "i2"),
            node("MatMul", "d", "c", "m0"),
            node("Add", "e", "i3", "d"),
            node("Mul", "f", "e", "i4"),
            node("Relu", "g", "f"),
            node("Concat", "y", "g", "i5"));

    assertThat(names(model)).isEqualTo("i3 i4 i5 m0");
    assertThat(model.constants())
        .filteredOn(constant -> constant.name().equals("i1"))
        .singleElement()
        .satisfies(
            constant -> {
              assertThat(constant.reason()).contains("scaler");
              assertThat(constant.doubtful()).as("a gate would look the same").isTrue();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "val_12",
    "onnx::Mul_42",
    "/gn/Constant_1_output_0",
    "238",
    "_to_copy_3",
    "lifted_tensor_0",
    "const_fold_opt__33",
    "dense/mul/y:0",
    "Su_Subcst1",
    "Di_Divcst",
    "ortshared_1_0_1_0_token_3"
  })
  void neverTrainsANormalisationsDummyScale(String name) throws Exception {
    OnnxMl.ModelProto.Builder file =
        OnnxMl.ModelProto.parseFrom(
            model(
                    Map.of(),
                    node("MatMul", "a", "x", "m0"),
                    node("InstanceNormalization", "b", "a", "i0", "i1"),
                    node("InstanceNormalization", "c", "b", "i2", "i3"),
                    node("Mul", "y", "c", "i4"))
                .bytes())
            .toBuilder();
    // as exporters do: one made-up scale for both normalisations
    for (OnnxMl.NodeProto.Builder node : file.getGraphBuilder().getNodeBuilderList()) {
      for (int i = 1; i < node.getInputCount(); i++) {
        if (List.of("i0", "i2", "i4").contains(node.getInput(i))) {
          node.setInput(i, name);
        }
      }
    }
    file.getGraphBuilder()
        .addInitializer(Protos.raw(name, new float[] {1, 1, 1, 1, 1, 1, 1, 1}, 8));

    OnnxModel model = OnnxModel.parse(file.build().toByteArray());

    assertThat(names(model)).isEqualTo("i1 i3 m0");
    assertThat(model.constants())
        .filteredOn(constant -> constant.name().equals(name))
        .allMatch(Constant::doubtful)
        .hasSize(1);
  }

  @Test
  void findsWeightsThatAreCutAndPutTogether() throws Exception {
    OnnxModel model =
        model(
            Map.of(),
            node("Slice", "a", "m0", "starts", "ends"),
            node("Slice", "b", "m0", "starts", "ends"),
            node("Concat", "c", "b", "a"),
            node("Unsqueeze", "d", "c", "starts"),
            node("Concat", "e", "i0", "i1"),
            node("CastLike", "f", "e", "x"),
            node("LSTM", "y", "x", "d", "m1", "f", "", "m2"));

    assertThat(names(model)).isEqualTo("i0 i1 m0 m1");
  }

  @Test
  void readersOfDifferentSlicesShareNothing() throws Exception {
    OnnxModel model =
        model(
            Map.of(),
            node("Slice", "a", "m0", "starts", "ends"),
            node("Slice", "b", "m0", "starts", "ends"),
            node("Shape", "size", "m0"),
            node("MatMul", "c", "x", "a"),
            node("MatMul", "y", "c", "b"));

    assertThat(names(model)).isEqualTo("m0");
  }

  @Test
  void refusesASharedWeightUnlessItIsDeclared() throws Exception {
    Node[] nodes = {
      node("Identity", "copy", "m0"),
      node("MatMul", "a", "x", "m0"),
      node("Transpose", "t", "copy"),
      node("MatMul", "y", "a", "t")
    };

    assertThatThrownBy(() -> model(Map.of(), nodes))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("'m0' is read by node 'a' (MatMul) and by node 'y' (MatMul)")
        .hasMessageContaining("caisson.tied");
    assertThat(names(model(Map.of("caisson.tied", "m0"), nodes))).isEqualTo("m0");
    assertThat(names(model(Map.of("caisson.frozen", "m0"), nodes))).isEmpty();
  }

  @Test
  void refusesAStatisticThatIsAlsoAWeight() {
    assertThatThrownBy(
            () ->
                model(
                    Map.of("caisson.tied", "i0"),
                    node("BatchNormalization", "y", "x", "i1", "i0", "i0", "i2")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("as a running statistic");
  }

  @Test
  void obeysTheFilesAuthor() throws Exception {
    Node[] nodes = {
      node("Mul", "a", "x", "i0"), node("MatMul", "b", "a", "m0"), node("Add", "y", "b", "i1")
    };

    assertThat(names(model(Map.of("caisson.frozen", "m0, i1"), nodes))).isEmpty();
    assertThat(names(model(Map.of("caisson.trained", "i0"), nodes))).isEqualTo("i0 i1 m0");
    refuses(Map.of("caisson.frozen", "w"), "'w', which is no initializer", nodes);
    refuses(Map.of("caisson.trained", "i0", "caisson.frozen", "i0"), "take it out of one", nodes);
    refuses(Map.of("caisson.trained", "starts"), "only numbers of type FLOAT", nodes);
    refuses(Map.of("caisson.trained", "i7"), "nothing reads it", nodes);
    refuses(
        Map.of("caisson.trained", "i2"),
        "running statistic",
        node("BatchNormalization", "y", "x", "i0", "i1", "i2", "i3"));
  }

  @Test
  void believesWhatPyTorchSaysOfParametersAndBuffers() throws Exception {
    OnnxMl.ModelProto.Builder file =
        OnnxMl.ModelProto.parseFrom(
            model(
                    Map.of(),
                    node("Mul", "a", "x", "i0"),
                    node("MatMul", "b", "a", "m0"),
                    node("MatMul", "c", "b", "m1"),
                    node("BatchNormalization", "d", "c", "i1", "i2", "i3", "i4"),
                    node("Add", "y", "d", "i5"))
                .bytes())
            .toBuilder();
    Map.of(
            "i0",
            "PARAMETER",
            "m0",
            "PARAMETER",
            "m1",
            "BUFFER",
            "i3",
            "BUFFER",
            "i4",
            "BUFFER",
            "i5",
            "BUFFER")
        .forEach(
            (name, kind) ->
                file.getGraphBuilder()
                    .addValueInfo(
                        Protos.value(name, 8).toBuilder()
                            .addMetadataProps(
                                OnnxMl.StringStringEntryProto.newBuilder()
                                    .setKey("pkg.torch.export.graph_signature.InputSpec.kind")
                                    .setValue(kind))));

    OnnxModel model = OnnxModel.parse(file.build().toByteArray());

    assertThat(names(model)).isEqualTo("i0 i1 i2 i3 i4 m0");
  }

  /// Without a bound on what a value is made of, 5,000 concatenations in a chain would hold 12
  /// million origins, 200 MB and more.
  @Test
  void aChainOfConcatenationsStaysSmall() throws Exception {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> initializers = new ArrayList<>();
    for (int i = 0; i <= 5000; i++) {
      initializers.add(Tensor.ofFloats("w" + i, Shape.of(1), new float[] {i}));
      nodes.add(node("Concat", "c" + i, i == 0 ? "w0" : "c" + (i - 1), "w" + i));
    }
    nodes.add(node("MatMul", "y", "x", "c5000"));
    byte[] file = OnnxModel.of(graph(initializers, nodes), 20).bytes();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    long before = threads.getCurrentThreadAllocatedBytes();
    OnnxModel model = OnnxModel.parse(file);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000_000);
    assertThat(model.graph().nodes()).hasSize(5002);
  }

  private static void refuses(Map<String, String> metadata, String reason, Node... nodes) {
    assertThatThrownBy(() -> model(metadata, nodes))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(reason);
  }

  private static String names(OnnxModel model) {
    return model.layout().parameters().stream()
        .map(Parameter::name)
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static Node node(String operation, String output, String... inputs) {
    return new Node(output, operation, Arrays.asList(inputs), List.of(output), Map.of());
  }

  private static OnnxModel model(Map<String, String> metadata, Node... nodes)
      throws InvalidModelException {
    List<Tensor> initializers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      initializers.add(Tensor.ofFloats("i" + i, Shape.of(8), new float[8]));
      initializers.add(Tensor.ofFloats("m" + i, Shape.of(8, 8), new float[64]));
    }
    OnnxMl.ModelProto.Builder file =
        proto(GraphEncoder.encode(graph(initializers, List.of(nodes)), 20));
    for (String name : List.of("starts", "ends")) {
      file.getGraphBuilder()
          .addInitializer(
              OnnxMl.TensorProto.newBuilder()
                  .setName(name)
                  .setDataType(ElementType.INT64.number())
                  .addDims(1)
                  .addInt64Data(1));
    }
    metadata.forEach(
        (key, value) ->
            file.addMetadataProps(
                OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return OnnxModel.parse(file.build().toByteArray());
  }

  private static OnnxMl.ModelProto.Builder proto(byte[] file) {
    try {
      return OnnxMl.ModelProto.parseFrom(file).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static Graph graph(List<Tensor> initializers, List<Node> nodes) {
    return new Graph(
        "g",
        List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, 8))),
        List.of(ValueInfo.of("y", ElementType.FLOAT, Shape.of(Shape.FREE, 8))),
        nodes,
        initializers);
  }
}

package dev.caisson.runtime.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Shapes of each operation are compared with ONNX's own tests in `NodeTestsTest`; here is what
/// those cannot show: batches, folding through several nodes, and files that lie.
class ShapesTest {
  private static final int OPSET = 20;

  private final List<Node> nodes = new ArrayList<>();
  private final List<Tensor> stored = new ArrayList<>();

  @Test
  void theShapeArithmeticOfAnAttentionLayerIsFolded() throws Exception {
    wholes("zero", 0);
    wholes("heads", 4, 8);
    node("Shape", "shape", "x");
    node("Gather", "batch", Map.of(), "shape", "zero");
    wholes("sequence", 6);
    node("Concat", "wanted", Map.of("axis", new Attribute.Whole(0)), "batch", "sequence", "heads");
    node("Reshape", "split", "x", "wanted");
    node("Transpose", "out", Map.of("perm", wholeList(0, 2, 1, 3)), "split");

    Shapes shapes = shapes(6, 32);

    assertThat(shapes.output()).hasToString("FLOAT [N×4×6×8]");
    assertThat(shapes.of("wanted").wholes().orElseThrow().values())
        .containsExactly(Dim.BATCH, Dim.of(6), Dim.of(4), Dim.of(8));
  }

  @Test
  void anOpenDimensionTakesWhatIsLeftOfTheBatchToo() throws Exception {
    wholes("wanted", -1, 8);
    node("Reshape", "out", "x", "wanted");

    assertThat(shapes(6, 4).output()).hasToString("FLOAT [3N×8]");
  }

  @Test
  void aConditionOnTheBatchThatHasOneAnswerIsFolded() throws Exception {
    wholes("minusOne", -1, -1);
    wholes("two", 2);
    node("Shape", "shape", "x");
    node("Equal", "open", "shape", "minusOne");
    node("ConstantOfShape", "ones", Map.of("value", tensor(1)), "two");
    node("Where", "wanted", "open", "ones", "shape");
    node("Expand", "out", "x", "wanted");

    assertThat(shapes(3).output()).hasToString("FLOAT [N×3]");
  }

  @Test
  void nodesThatTheFirstOutputDoesNotNeedAreLeftOut() throws Exception {
    node("NobodyKnowsThis", "aside", "x");
    node("Relu", "out", "x");

    assertThat(shapes(3).nodes()).extracting(Node::operation).containsExactly("Relu");
  }

  @Test
  void countsTheNumbersThatAStepKeeps() throws Exception {
    node("Relu", "a", "x");
    node("Relu", "out", "a");

    assertThat(shapes(3).numbers(10)).isEqualTo(2 * 10 * 3);
  }

  @Test
  void refusesShapesThatDependOnTheData() {
    node("Cast", "data", Map.of("to", new Attribute.Whole(7)), "x");
    node("Expand", "out", "x", "data");

    refused("node 'Expand' (Expand): 'data' depends on the data");
  }

  @Test
  void refusesToMultiplyTheBatchByItself() {
    node("Shape", "shape", "x");
    node("Expand", "wide", "x", "shape");
    node("Tile", "out", "x", "shape");

    refused("node 'Tile' (Tile): the batch is repeated N times");
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 32, 1L << 62, Long.MAX_VALUE})
  void refusesValuesThatNoMachineHolds(long size) {
    wholes("size", size, 3);
    node("ConstantOfShape", "out", "size");

    refused("ConstantOfShape");
  }

  @Test
  void refusesToGrowByDoubling() {
    String last = "x";
    for (int i = 0; i < 60; i++) {
      node("Concat", "c" + i, Map.of("axis", new Attribute.Whole(1)), last, last);
      last = "c" + i;
    }
    node("Relu", "out", last);

    refused("the limit is 2147483648");
  }

  @Test
  void refusesNegativeSizes() {
    wholes("size", -5);
    node("ConstantOfShape", "out", "size");

    refused("its output would have shape [-5]");
  }

  /// A file's word for a known number's shape: the number is worked out only where that is one.
  @ParameterizedTest
  @CsvSource({"-5,2", "2,-5", "-1,-1", "-9223372036854775808,1", "0,-3"})
  void refusesToExpandAKnownNumberToNegativeSizes(long first, long second) {
    wholes("known", 7);
    wholes("size", first, second);
    node("Expand", "wide", "known", "size");
    node("Reshape", "out", "x", "wide");

    refused("node 'Expand' (Expand)");
  }

  @Test
  void refusesToExpandAKnownNumberToMoreThanANumberCounts() {
    wholes("known", 7);
    wholes("size", 1L << 40, 1L << 40);
    node("Expand", "wide", "known", "size");
    node("Reshape", "out", "x", "wide");

    refused("Expand");
  }

  @Test
  void refusesASliceWhoseNumbersDoNotPairUp() {
    wholes("one", 0);
    wholes("two", 1, 2);
    node("Slice", "out", "x", "two", "one");
    refused("node 'Slice' (Slice)");

    nodes.clear();
    wholes("three", 0, 1, 1);
    node("Slice", "out", "x", "two", "two", "three");
    refused("needs 2 numbers, one for each start");

    nodes.clear();
    node("Slice", "out", "x", "one", "one", "one", "two");
    refused("needs 1 numbers, one for each start");
  }

  @Test
  void refusesAFixedBatchAndOpenDimensionsInWords() {
    node("Relu", "out", "x");

    assertThatThrownBy(() -> Shapes.of(graph(Shape.of(1, 3)), OPSET))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("fixed number of rows, 1; export with a dynamic first dimension");
    assertThatThrownBy(() -> Shapes.of(graph(Shape.of(Shape.FREE, Shape.FREE)), OPSET))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("leaves dimension 1 open");
  }

  private void refused(String words) {
    assertThatThrownBy(() -> shapes(3))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(words);
  }

  private Shapes shapes(long... perRow) throws InvalidModelException {
    List<Long> dimensions = new ArrayList<>(List.of(Shape.FREE));
    for (long size : perRow) {
      dimensions.add(size);
    }
    return Shapes.of(graph(new Shape(dimensions)), OPSET);
  }

  private Graph graph(Shape input) {
    return new Graph(
        "test",
        List.of(ValueInfo.of("x", ElementType.FLOAT, input)),
        List.of(new ValueInfo("out", ElementType.FLOAT, Shape.of(), false)),
        nodes,
        stored);
  }

  private void wholes(String name, long... values) {
    stored.add(Tensor.ofLongs(name, Shape.of(values.length), values));
  }

  private static Attribute wholeList(long... values) {
    return new Attribute.Wholes(java.util.Arrays.stream(values).boxed().toList());
  }

  private static Attribute tensor(long value) {
    return new Attribute.Stored(Tensor.ofLongs("", Shape.of(1), new long[] {value}));
  }

  private void node(String operation, String output, String... inputs) {
    node(operation, output, Map.of(), inputs);
  }

  private void node(
      String operation, String output, Map<String, Attribute> attributes, String... inputs) {
    nodes.add(new Node(operation, operation, List.of(inputs), List.of(output), attributes));
  }
}

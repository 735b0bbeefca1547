package dev.caisson.runtime.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.NodeTest;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Runs one of ONNX's node tests through shape inference and the script that training would use.
///
/// Each test runs with all inputs fed and again with some stored in the graph, as exporters write
/// them: the inputs of whole numbers or truth values, and from the second on those of at most one
/// dimension. It passes if one of the two ways passes and the other is refused at worst.
final class NodeTestRun {
  /// As ONNX's own backend test compares.
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-7;

  /// PyTorch's number for single precision.
  private static final int FLOAT = 6;

  private NodeTestRun() {}

  sealed interface Outcome {
    record Passed() implements Outcome {}

    record Refused(String words) implements Outcome {}

    record Failed(String words) implements Outcome {}
  }

  static Outcome of(NodeTest test) throws InvalidProtocolBufferException {
    NodeTest.Case decoded;
    try {
      decoded = test.decode();
    } catch (InvalidModelException e) {
      return new Outcome.Refused(words(e));
    }
    Set<Integer> usual = usuallyStored(decoded);
    Outcome fed = run(decoded, Set.of());
    if (fed instanceof Outcome.Failed || usual.isEmpty()) {
      return fed;
    }
    Outcome stored = run(decoded, usual);
    return stored instanceof Outcome.Refused && fed instanceof Outcome.Passed ? fed : stored;
  }

  private static Set<Integer> usuallyStored(NodeTest.Case test) {
    Set<Integer> stored = new HashSet<>();
    for (int i = 0; i < test.inputs().size(); i++) {
      Tensor input = test.inputs().get(i);
      if (!Inferred.isReal(input.type()) || (i > 0 && input.shape().rank() <= 1)) {
        stored.add(i);
      }
    }
    return stored;
  }

  private static Outcome run(NodeTest.Case test, Set<Integer> stored) {
    try {
      for (int i = 0; i < test.outputs().size(); i++) {
        Optional<String> difference =
            difference(test.of(i, stored), test.opset(), test.fed(stored), test.outputs().get(i));
        if (difference.isPresent()) {
          return new Outcome.Failed(
              "output %d, stored inputs %s: %s".formatted(i, stored, difference.get()));
        }
      }
      return new Outcome.Passed();
    } catch (InvalidModelException | UnsupportedModelException e) {
      return new Outcome.Refused(words(e));
    } catch (RuntimeException e) {
      // Whatever the engine or our own code throws besides is a failure to show, with its test.
      return new Outcome.Failed(e.toString());
    }
  }

  /// The message without the node and without the number of a type: the page groups refusals by
  /// their words.
  private static String words(Exception refusal) {
    return String.valueOf(refusal.getMessage())
        .replaceFirst("^node '#\\d+' \\(\\w+\\): ", "")
        .replaceFirst("^graph value '\\w+' has element type \\d+, which", "an element type that");
  }

  private static Optional<String> difference(
      Graph graph, int opset, List<Tensor> fed, Tensor expected)
      throws InvalidModelException, UnsupportedModelException {
    List<Inferred> inputs = new ArrayList<>();
    for (Tensor tensor : fed) {
      inputs.add(
          Inferred.of(tensor.type(), tensor.shape().dimensions().stream().map(Dim::of).toList()));
    }
    Shapes shapes = Shapes.of(graph, opset, inputs);
    Inferred output = shapes.output();
    Inferred wanted =
        Inferred.of(expected.type(), expected.shape().dimensions().stream().map(Dim::of).toList());
    if (output.type() != wanted.type() || !output.dims().equals(wanted.dims())) {
      return Optional.of("inferred as %s, is %s".formatted(output, wanted));
    }
    if (output.wholes().isPresent()) {
      return difference(
          output.wholes().get().values().stream().mapToDouble(Dim::fixed).toArray(), expected);
    }
    if (output.stored().isPresent()) {
      return difference(numbers(output.stored().get()), expected);
    }
    return difference(compute(graph, shapes, fed, expected), expected);
  }

  private static double[] compute(Graph graph, Shapes shapes, List<Tensor> fed, Tensor expected)
      throws InvalidModelException, UnsupportedModelException {
    Source source = new Source();
    Constants constants = new Constants();
    List<String> names = new ArrayList<>();
    for (Tensor tensor : fed) {
      names.add(constants.place(new Stored.FromFile(tensor)));
    }
    source.block(
        """
        class Model(Module):
          __parameters__ = []
          __buffers__ = []
          def forward(self, t: List[Tensor]) -> Tensor:
            x = t[0]
        """);
    GraphWriter writer = new GraphWriter(graph, shapes, false, FLOAT, source, constants);
    writer.inputs(names);
    writer.write();
    try (TorchProgram program =
            new TorchProgram(
                new ScriptWriter.Script(source, constants.list()), DataType.FLOAT32, 1);
        NDList result = program.run("forward", TorchProgram.slots())) {
      NDArray head = result.head();
      long[] shape = head.getShape().getShape();
      if (!Arrays.equals(
          shape, expected.shape().dimensions().stream().mapToLong(d -> d).toArray())) {
        throw new IllegalStateException(
            "computed shape %s, must be %s".formatted(Arrays.toString(shape), expected.shape()));
      }
      return numbers(head);
    }
  }

  private static double[] numbers(NDArray array) {
    DataType type = array.getDataType();
    return switch (type) {
      case BOOLEAN -> {
        boolean[] truths = array.toBooleanArray();
        double[] numbers = new double[truths.length];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = truths[i] ? 1 : 0;
        }
        yield numbers;
      }
      case INT64 -> Arrays.stream(array.toLongArray()).asDoubleStream().toArray();
      case FLOAT32 -> doubles(array.toFloatArray());
      default -> throw new IllegalStateException("a result of type " + type);
    };
  }

  private static double[] numbers(Tensor tensor) {
    return Inferred.isReal(tensor.type())
        ? doubles(tensor.floats())
        : Arrays.stream(tensor.longs()).asDoubleStream().toArray();
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static Optional<String> difference(double[] actual, Tensor tensor) {
    double[] expected = numbers(tensor);
    for (int i = 0; i < expected.length; i++) {
      boolean same = Double.compare(actual[i], expected[i]) == 0;
      double allowed = ABSOLUTE + RELATIVE * Math.abs(expected[i]);
      if (!same && !(Math.abs(actual[i] - expected[i]) <= allowed)) {
        return Optional.of("number %d is %s, must be %s".formatted(i, actual[i], expected[i]));
      }
    }
    return Optional.empty();
  }
}

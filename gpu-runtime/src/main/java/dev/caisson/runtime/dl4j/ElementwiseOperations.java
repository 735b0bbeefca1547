package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;

/// Arithmetic element by element, and dropout.
final class ElementwiseOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Add", node -> arithmetic(node, Arithmetic.Kind.ADD),
          "Sub", node -> arithmetic(node, Arithmetic.Kind.SUBTRACT),
          "Mul", node -> arithmetic(node, Arithmetic.Kind.MULTIPLY),
          "Div", node -> arithmetic(node, Arithmetic.Kind.DIVIDE),
          "Dropout", ElementwiseOperations::dropout);

  private ElementwiseOperations() {}

  private static void arithmetic(Site node, Arithmetic.Kind kind)
      throws UnsupportedModelException, InvalidModelException {
    boolean left = node.isLive(0);
    boolean right = node.isLive(1);
    if (left && right) {
      both(node, kind);
    } else if (kind == Arithmetic.Kind.ADD && (left || right) && isBiased(node, left ? 0 : 1)) {
      node.result(
          node.dense(
              (Value.Product) node.value(left ? 0 : 1),
              Optional.of(node.placed(left ? 1 : 0).expanded(biasOf(node, left ? 0 : 1)))));
    } else if (left) {
      node.live(node.own(withNumbers(node, kind, 0, 1), node.live(0).vertex()));
    } else if (right) {
      node.live(node.own(withNumbers(node, kind, 1, 0), node.live(1).vertex()));
    } else {
      throw node.lacks("arithmetic on weights alone");
    }
  }

  /// Whether a matrix product is about to get its bias.
  private static boolean isBiased(Site node, int position) throws UnsupportedModelException {
    if (!(node.value(position) instanceof Value.Product product)
        || !(node.value(1 - position) instanceof Placed bias)) {
      return false;
    }
    long[] shape = bias.shape();
    return shape.length >= 1
        && shape.length <= 2
        && shape[shape.length - 1] == product.matrix().shape()[1]
        && bias.length() == shape[shape.length - 1];
  }

  private static long[] biasOf(Site node, int position) throws UnsupportedModelException {
    return new long[] {1, ((Value.Product) node.value(position)).matrix().shape()[1]};
  }

  /// DL4J's vertex for two values of one shape; its subtraction takes any sign of gradient.
  private static void both(Site node, Arithmetic.Kind kind)
      throws UnsupportedModelException, InvalidModelException {
    List<Dim> left = node.known().dims(0);
    List<Dim> right = node.known().dims(1);
    if (!left.equals(right)) {
      throw node.lacks(
          "two values of different shapes, %s and %s".formatted(Dim.words(left), Dim.words(right)));
    }
    ElementWiseVertex.Op op =
        switch (kind) {
          case ADD -> ElementWiseVertex.Op.Add;
          case SUBTRACT -> ElementWiseVertex.Op.Subtract;
          case MULTIPLY -> ElementWiseVertex.Op.Product;
          case DIVIDE -> throw node.lacks("the quotient of two values that depend on the rows");
        };
    String first = node.live(0).vertex();
    String second = node.live(1).vertex();
    if (first.equals(second)) {
      second = node.own(new Reshaped(left), second);
    }
    node.live(node.vertex(new ElementWiseVertex(op), List.of(first, second)));
  }

  private static Arithmetic withNumbers(Site node, Arithmetic.Kind kind, int live, int numbers)
      throws UnsupportedModelException, InvalidModelException {
    Placed placed =
        switch (node.value(numbers)) {
          case Placed p -> p;
          case Value.Uniform(float number) -> Placed.fixed(new long[0], new float[] {number});
          case Value.Live _, Value.Product _ -> throw new IllegalStateException("it is not live");
        };
    List<Dim> dims = node.known().dims(live);
    if (!node.dims().equals(dims) || placed.shape().length > dims.size()) {
      throw node.lacks(
          "a value of shape %s that grows to %s"
              .formatted(Dim.words(dims), Dim.words(node.dims())));
    }
    int missing = dims.size() - placed.shape().length;
    for (int axis = missing; axis < dims.size(); axis++) {
      if (!dims.get(axis).isFixed() && placed.shape()[axis - missing] != 1) {
        throw node.lacks("a number for each row of a batch");
      }
    }
    return new Arithmetic(kind, live == 0, placed, node.state());
  }

  private static void dropout(Site node) throws UnsupportedModelException, InvalidModelException {
    if (node.has(2) && node.known().number(2) != 0) {
      throw node.lacks(
          "training_mode=true, which would drop at random in scoring too; export in eval mode, or with training_mode false");
    }
    if (node.gives(1)) {
      throw node.lacks("the mask as an output");
    }
    float ratio = 0.5f;
    if (node.has(1)) {
      Tensor tensor =
          node.known().stored(1).orElseThrow(() -> node.lacks("a ratio that is computed"));
      if (tensor.elements() != 1 || !Inferred.isReal(tensor.type())) {
        throw node.wrong("ratio must be one real number");
      }
      ratio = tensor.floats()[0];
    }
    if (!(ratio >= 0 && ratio < 1)) {
      throw node.wrong("ratio must be 0 <= x < 1, got " + ratio);
    }
    Value.Live input = node.live(0);
    node.result(
        ratio == 0
            ? input
            : new Value.Live(
                node.own(new Dropout(ratio, node.nextRandomUse(), node.state()), input.vertex()),
                input.dims()));
  }
}

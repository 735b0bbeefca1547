package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Cut;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.graph.MergeVertex;

/// What only moves numbers: of rows while it runs, of weights before.
final class ArrangingOperations {
  static final Map<String, Operation> TABLE = new HashMap<>();

  static {
    for (String name : List.of("Identity", "Cast", "CastLike")) {
      TABLE.put(name, ArrangingOperations::same);
    }
    for (String name : List.of("Reshape", "Flatten", "Squeeze", "Unsqueeze")) {
      TABLE.put(name, ArrangingOperations::reshape);
    }
    TABLE.put("Transpose", ArrangingOperations::transpose);
    TABLE.put("Slice", node -> pick(node, node.known().cuts(), node.dims()));
    TABLE.put("Gather", ArrangingOperations::gather);
    TABLE.put("Concat", ArrangingOperations::concat);
    TABLE.put("Expand", ArrangingOperations::expand);
    TABLE.put("Constant", ArrangingOperations::constant);
    TABLE.put("ConstantOfShape", ArrangingOperations::constantOfShape);
  }

  private ArrangingOperations() {}

  private static void same(Site node) throws UnsupportedModelException, InvalidModelException {
    Inferred output = node.known().output(0).orElseThrow(() -> node.lacks("an unknown type"));
    if (!output.isReal()) {
      throw node.lacks("%s of numbers that depend on the rows".formatted(output.type()));
    }
    if (!node.known().input(0).isReal()) {
      node.result(numbersOf(node));
      return;
    }
    node.result(node.value(0));
  }

  /// Known whole numbers as real ones.
  private static Placed numbersOf(Site node)
      throws UnsupportedModelException, InvalidModelException {
    List<Long> numbers = node.known().fixed(0);
    float[] reals = new float[numbers.size()];
    for (int i = 0; i < reals.length; i++) {
      reals[i] = numbers.get(i);
    }
    return Placed.fixed(node.sizes(node.dims()), reals);
  }

  private static void reshape(Site node) throws UnsupportedModelException {
    switch (node.value(0)) {
      case Placed placed -> node.result(placed.reshaped(node.sizes(node.dims())));
      case Value.Uniform uniform -> node.result(uniform);
      case Value.Live _, Value.Product _ ->
          node.live(node.own(new Reshaped(node.dims()), node.live(0).vertex()));
    }
  }

  private static void transpose(Site node) throws UnsupportedModelException, InvalidModelException {
    List<Integer> order = node.known().order();
    switch (node.value(0)) {
      case Placed placed -> node.result(placed.transposed(order));
      case Value.Uniform uniform -> node.result(uniform);
      case Value.Live _, Value.Product _ ->
          node.live(node.own(new Transposed(order), node.live(0).vertex()));
    }
  }

  private static void pick(Site node, List<Cut> cuts, List<Dim> result)
      throws UnsupportedModelException, InvalidModelException {
    switch (node.value(0)) {
      case Placed placed -> node.result(placed.cut(cuts).reshaped(node.sizes(result)));
      case Value.Uniform uniform -> node.result(uniform);
      case Value.Live _, Value.Product _ -> {
        List<Dim> dims = node.known().dims(0);
        List<Cut> real = new ArrayList<>();
        for (Cut cut : cuts) {
          boolean whole =
              cut.start() == 0 && cut.step() == 1 && cut.size().equals(dims.get(cut.axis()));
          if (!whole && !dims.get(cut.axis()).isFixed()) {
            throw node.lacks("a cut along the batch");
          }
          if (!whole) {
            real.add(cut);
          }
        }
        String vertex = node.own(new Picked(real), node.live(0).vertex());
        node.live(node.own(new Reshaped(result), vertex));
      }
    }
  }

  /// One line along an axis, which then goes.
  private static void gather(Site node) throws UnsupportedModelException, InvalidModelException {
    if (node.known().input(1).wholes().isEmpty() || node.known().fixed(1).size() != 1) {
      throw node.lacks("more than one line, or one that depends on the rows");
    }
    List<Dim> dims = node.known().dims(0);
    int axis = node.known().axis("axis", 0, dims.size());
    if (!dims.get(axis).isFixed()) {
      throw node.lacks("a row of the batch");
    }
    long line = node.known().fixed(1).getFirst();
    long start = line < 0 ? line + dims.get(axis).fixed() : line;
    if (start < 0 || start >= dims.get(axis).fixed()) {
      throw node.wrong("line %d of %s".formatted(line, dims.get(axis)));
    }
    pick(node, List.of(new Cut(axis, start, 1, Dim.ONE)), node.dims());
  }

  private static void concat(Site node) throws UnsupportedModelException, InvalidModelException {
    int axis = node.known().axis("axis", 0, node.dims().size());
    List<Placed> numbers = new ArrayList<>();
    List<String> vertices = new ArrayList<>();
    for (int i = 0; i < node.known().inputs(); i++) {
      if (node.value(i) instanceof Placed placed) {
        numbers.add(placed);
      } else {
        vertices.add(node.live(i).vertex());
      }
    }
    if (vertices.isEmpty()) {
      node.sizes(node.dims());
      node.result(Placed.joined(numbers, axis));
    } else if (!numbers.isEmpty() || axis != 1) {
      throw node.lacks("joining along axis %d, or rows with numbers of the file".formatted(axis));
    } else {
      if (node.dims().size() < 2 || node.dims().size() > 4) {
        throw node.lacks("joining values of shape " + Dim.words(node.dims()));
      }
      if (vertices.size() > vertices.stream().distinct().count()) {
        vertices.replaceAll(v -> node.own(new Picked(List.of()), v));
      }
      node.live(node.vertex(new MergeVertex(), vertices));
    }
  }

  private static void expand(Site node) throws UnsupportedModelException, InvalidModelException {
    switch (node.value(0)) {
      case Placed placed when node.dims().stream().allMatch(Dim::isFixed) ->
          node.result(placed.expanded(node.sizes(node.dims())));
      case Placed placed when placed.length() == 1 && placed.isFixed() ->
          node.result(new Value.Uniform(placed.number(0, new float[0])));
      case Value.Uniform uniform -> node.result(uniform);
      case Placed _, Value.Live _, Value.Product _ -> {
        if (!node.dims().equals(node.known().dims(0))) {
          throw node.lacks("repeating along the batch");
        }
        node.result(node.value(0));
      }
    }
  }

  private static void constant(Site node) throws UnsupportedModelException {
    Optional<Tensor> stored = node.known().output(0).flatMap(Inferred::stored);
    node.result(Placed.of(stored.orElseThrow(() -> node.lacks("a constant of another kind"))));
  }

  private static void constantOfShape(Site node)
      throws UnsupportedModelException, InvalidModelException {
    float number =
        switch (node.node().attributes().get("value")) {
          case null -> 0;
          case dev.caisson.runtime.onnx.Attribute.Stored(Tensor value) -> value.floats()[0];
          case dev.caisson.runtime.onnx.Attribute _ -> throw node.wrong("value must be a tensor");
        };
    node.result(
        node.dims().stream().allMatch(Dim::isFixed)
            ? Placed.fixed(new long[0], new float[] {number}).expanded(node.sizes(node.dims()))
            : new Value.Uniform(number));
  }
}

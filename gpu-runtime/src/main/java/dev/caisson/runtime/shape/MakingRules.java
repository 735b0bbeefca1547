package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Operations that make numbers from nothing, or from a shape.
final class MakingRules {
  static final Map<String, Rule> TABLE =
      Map.of(
          "Constant", MakingRules::constant,
          "Shape", MakingRules::shape,
          "Size", MakingRules::size,
          "ConstantOfShape", MakingRules::constantOfShape,
          "Range", MakingRules::range,
          "EyeLike", MakingRules::eyeLike);

  private MakingRules() {}

  private static void constant(Inference node) throws InvalidModelException {
    for (var entry : node.node().attributes().entrySet()) {
      switch (entry.getValue()) {
        case Attribute.Stored(Tensor value) -> node.result(Inferred.of(value));
        case Attribute.Real(float value) ->
            node.result(
                Inferred.of(Tensor.ofFloats(node.node().name(), Shape.of(), new float[] {value})));
        case Attribute.Reals(List<Float> values) -> {
          float[] floats = new float[values.size()];
          for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
          }
          node.result(
              Inferred.of(Tensor.ofFloats(node.node().name(), Shape.of(floats.length), floats)));
        }
        case Attribute.Whole(long value) ->
            node.result(Inferred.known(ElementType.INT64, Wholes.scalar(Dim.of(value))));
        case Attribute.Wholes(List<Long> values) ->
            node.result(Inferred.known(ElementType.INT64, Wholes.list(Dim.listOf(values))));
        case Attribute.Text _, Attribute.Texts _ ->
            throw node.wrong("constants of text are not read");
      }
    }
  }

  private static void shape(Inference node) throws InvalidModelException {
    List<Dim> dims = node.dims(0);
    int start = bound(node.node().whole("start", 0), dims.size());
    int end = bound(node.node().whole("end", dims.size()), dims.size());
    node.result(
        Inferred.known(ElementType.INT64, Wholes.list(dims.subList(start, Math.max(start, end)))));
  }

  private static int bound(long place, int rank) {
    return Math.clamp(place < 0 ? place + rank : place, 0, rank);
  }

  private static void size(Inference node) throws InvalidModelException {
    node.result(Inferred.known(ElementType.INT64, Wholes.scalar(node.elements(node.dims(0)))));
  }

  private static void constantOfShape(Inference node) throws InvalidModelException {
    List<Dim> dims = node.wholes(0).values();
    ElementType type = ElementType.FLOAT;
    Optional<Wholes> wholes = Optional.empty();
    if (node.node().attributes().get("value") instanceof Attribute.Stored(Tensor value)) {
      if (value.elements() != 1) {
        throw node.wrong("value must be one number, has %d".formatted(value.elements()));
      }
      type = value.type();
      if (!Inferred.isReal(type)) {
        Dim number = Dim.of(value.longs()[0]);
        wholes = Wholes.of(dims, at -> Optional.of(number));
      }
    }
    node.result(Inferred.perhaps(type, dims, wholes));
  }

  private static void range(Inference node) throws InvalidModelException {
    ElementType type = node.input(0).type();
    if (Inferred.isReal(type)) {
      throw node.wrong("a range of real numbers; export with whole ones");
    }
    Dim start = one(node, 0);
    Dim limit = one(node, 1);
    long step = node.number(2);
    Dim length = limit.minus(start);
    if (step == 0 || (step != 1 && !length.isFixed())) {
      throw node.wrong("a range to %s in steps of %d".formatted(limit, step));
    }
    Dim count = step == 1 ? length : Dim.of(Math.max(0, Math.ceilDiv(length.fixed(), step)));
    if (count.isFixed() && count.fixed() < 0) {
      count = Dim.ZERO;
    }
    List<Dim> dims = new ArrayList<>(List.of(count));
    node.result(
        Inferred.perhaps(
            type,
            dims,
            Wholes.of(
                dims, at -> Optional.of(start.plus(Dim.of(Math.multiplyExact(at[0], step)))))));
  }

  private static Dim one(Inference node, int position) throws InvalidModelException {
    List<Dim> values = node.wholes(position).values();
    if (values.size() != 1) {
      throw node.wrong("input %d must be one number".formatted(position));
    }
    return values.getFirst();
  }

  private static void eyeLike(Inference node) throws InvalidModelException {
    if (node.dims(0).size() != 2) {
      throw node.wrong("a diagonal of %s".formatted(node.input(0)));
    }
    long type = node.node().whole("dtype", node.input(0).type().number());
    node.result(ElementwiseRules.type(node, type), node.dims(0));
  }
}

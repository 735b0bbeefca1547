package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Operations that work element by element, with broadcasting.
final class ElementwiseRules {
  static final Map<String, Rule> TABLE = new HashMap<>();

  static {
    for (String name :
        List.of(
            "Relu",
            "Sigmoid",
            "Tanh",
            "LeakyRelu",
            "Elu",
            "Softplus",
            "Gelu",
            "Softmax",
            "LogSoftmax",
            "Abs",
            "Sqrt",
            "Exp",
            "Log",
            "Erf",
            "Reciprocal",
            "Floor",
            "Ceil",
            "Round",
            "Sign",
            "Sin",
            "Cos",
            "Tan",
            "HardSigmoid",
            "HardSwish",
            "Selu",
            "Celu",
            "Mish",
            "Softsign",
            "ThresholdedRelu",
            "Clip",
            "CumSum")) {
      TABLE.put(name, node -> node.result(node.input(0).type(), node.dims(0)));
    }
    TABLE.put("Neg", node -> unary(node, d -> Optional.of(Dim.ZERO.minus(d))));
    TABLE.put("Not", node -> unary(node, d -> Optional.of(truth(d.is(0)))));
    TABLE.put("Cast", ElementwiseRules::cast);
    TABLE.put("CastLike", node -> casts(node, node.input(1).type()));
    TABLE.put("Dropout", ElementwiseRules::dropout);
    TABLE.put("PRelu", ElementwiseRules::prelu);
    TABLE.put("Add", binary((a, b) -> Optional.of(a.plus(b))));
    TABLE.put("Sub", binary((a, b) -> Optional.of(a.minus(b))));
    TABLE.put("Mul", binary(Dim::times));
    TABLE.put("Div", binary(Dim::dividedBy));
    TABLE.put("Mod", ElementwiseRules::mod);
    TABLE.put("Pow", node -> combine(node, node.input(0).type(), 2, (a, b) -> Optional.empty()));
    TABLE.put("Min", several((a, b) -> smaller(a, b, a, b)));
    TABLE.put("Max", several((a, b) -> smaller(a, b, b, a)));
    TABLE.put("Sum", several((a, b) -> Optional.of(a.plus(b))));
    TABLE.put("Mean", several((a, b) -> Optional.empty()));
    TABLE.put("Equal", comparison(sign -> sign == 0));
    TABLE.put("Less", comparison(sign -> sign < 0));
    TABLE.put("LessOrEqual", comparison(sign -> sign <= 0));
    TABLE.put("Greater", comparison(sign -> sign > 0));
    TABLE.put("GreaterOrEqual", comparison(sign -> sign >= 0));
    TABLE.put("And", binary((a, b) -> Optional.of(truth(!a.is(0) && !b.is(0)))));
    TABLE.put("Or", binary((a, b) -> Optional.of(truth(!a.is(0) || !b.is(0)))));
    TABLE.put("Xor", binary((a, b) -> Optional.of(truth(a.is(0) != b.is(0)))));
    TABLE.put("Where", ElementwiseRules::where);
  }

  private ElementwiseRules() {}

  /// Arithmetic on known numbers; empty where the result is not known for every batch.
  @FunctionalInterface
  private interface Known {
    Optional<Dim> of(Dim a, Dim b);
  }

  @FunctionalInterface
  private interface KnownOne {
    Optional<Dim> of(Dim a);
  }

  private static Dim truth(boolean value) {
    return value ? Dim.ONE : Dim.ZERO;
  }

  private static void unary(Inference node, KnownOne function) throws InvalidModelException {
    Inferred in = node.input(0);
    node.result(
        Inferred.perhaps(
            in.type(),
            in.dims(),
            in.wholes().flatMap(w -> Wholes.of(in.dims(), i -> function.of(w.at(i))))));
  }

  private static Rule binary(Known function) {
    return node -> {
      requireSameType(node);
      combine(node, node.input(0).type(), 2, function);
    };
  }

  private static Rule several(Known function) {
    return node -> {
      requireSameType(node);
      combine(node, node.input(0).type(), node.inputs(), function);
    };
  }

  private static Rule comparison(IntPredicate holds) {
    return node -> {
      requireSameType(node);
      combine(
          node,
          ElementType.BOOL,
          2,
          (a, b) -> {
            var sign = a.compare(b);
            return sign.isPresent()
                ? Optional.of(truth(holds.test(sign.getAsInt())))
                : Optional.empty();
          });
    };
  }

  private static void requireSameType(Inference node) throws InvalidModelException {
    ElementType first = node.input(0).type();
    for (int i = 1; i < node.inputs(); i++) {
      if (node.input(i).type() != first) {
        throw node.wrong("inputs of types %s and %s".formatted(first, node.input(i).type()));
      }
    }
  }

  private static void combine(Inference node, ElementType type, int inputs, Known function)
      throws InvalidModelException {
    List<Dim> dims = node.dims(0);
    Optional<Wholes> wholes = node.input(0).wholes();
    for (int i = 1; i < inputs; i++) {
      dims = node.broadcast(dims, node.dims(i));
      List<Dim> common = dims;
      Optional<Wholes> other = node.input(i).wholes();
      wholes =
          wholes.flatMap(
              a ->
                  other.flatMap(
                      b ->
                          Wholes.of(
                              common, at -> function.of(a.broadcastAt(at), b.broadcastAt(at)))));
    }
    node.result(Inferred.perhaps(type, dims, wholes));
  }

  private static Optional<Dim> smaller(Dim a, Dim b, Dim ifSmaller, Dim otherwise) {
    var sign = a.compare(b);
    return sign.isPresent()
        ? Optional.of(sign.getAsInt() <= 0 ? ifSmaller : otherwise)
        : Optional.empty();
  }

  /// The sign of the divisor, or with `fmod` that of the dividend.
  private static void mod(Inference node) throws InvalidModelException {
    boolean truncated = node.node().whole("fmod", 0) != 0;
    if (!truncated && node.input(0).isReal()) {
      throw node.wrong("real numbers need fmod=1");
    }
    binary(
            (a, b) ->
                a.isFixed() && b.isFixed() && b.fixed() != 0
                    ? Optional.of(
                        Dim.of(
                            truncated
                                ? a.fixed() % b.fixed()
                                : Math.floorMod(a.fixed(), b.fixed())))
                    : Optional.empty())
        .infer(node);
  }

  private static void cast(Inference node) throws InvalidModelException {
    casts(node, type(node, node.node().whole("to", 0)));
  }

  static ElementType type(Inference node, long number) throws InvalidModelException {
    for (ElementType type : ElementType.values()) {
      if (type.number() == number) {
        return type;
      }
    }
    throw node.wrong("element type %d is not read".formatted(number));
  }

  private static void casts(Inference node, ElementType to) throws InvalidModelException {
    Inferred in = node.input(0);
    Optional<Wholes> wholes =
        to == ElementType.BOOL
            ? in.wholes()
                .flatMap(w -> Wholes.of(in.dims(), i -> Optional.of(truth(!w.at(i).is(0)))))
            : in.wholes();
    node.result(Inferred.perhaps(to, in.dims(), wholes));
  }

  private static void dropout(Inference node) throws InvalidModelException {
    node.result(node.input(0).type(), node.dims(0));
    node.result(1, Inferred.of(ElementType.BOOL, node.dims(0)));
  }

  private static void prelu(Inference node) throws InvalidModelException {
    if (!node.broadcast(node.dims(0), node.dims(1)).equals(node.dims(0))) {
      throw node.wrong(
          "slope %s does not fit %s".formatted(Dim.words(node.dims(1)), Dim.words(node.dims(0))));
    }
    node.result(node.input(0).type(), node.dims(0));
  }

  private static void where(Inference node) throws InvalidModelException {
    Inferred condition = node.input(0);
    Inferred then = node.input(1);
    Inferred otherwise = node.input(2);
    if (condition.type() != ElementType.BOOL || then.type() != otherwise.type()) {
      throw node.wrong(
          "a condition of type %s between %s and %s"
              .formatted(condition.type(), then.type(), otherwise.type()));
    }
    List<Dim> dims =
        node.broadcast(node.broadcast(condition.dims(), then.dims()), otherwise.dims());
    List<Optional<Wholes>> all = new ArrayList<>();
    all.add(condition.wholes());
    all.add(then.wholes());
    all.add(otherwise.wholes());
    Optional<Wholes> wholes =
        all.stream().allMatch(Optional::isPresent)
            ? Wholes.of(
                dims,
                at ->
                    all.get(all.get(0).orElseThrow().broadcastAt(at).is(0) ? 2 : 1)
                        .map(w -> w.broadcastAt(at)))
            : Optional.empty();
    node.result(Inferred.perhaps(then.type(), dims, wholes));
  }
}

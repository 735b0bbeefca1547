package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Operations that make one number of many along some axes.
final class ReducingRules {
  static final Map<String, Rule> TABLE = new HashMap<>();

  static {
    for (String name :
        List.of(
            "ReduceMean",
            "ReduceMax",
            "ReduceMin",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceSumSquare")) {
      TABLE.put(name, node -> reduce(node, false));
    }
    TABLE.put("ReduceSum", node -> reduce(node, false));
    TABLE.put("ReduceProd", node -> reduce(node, true));
    TABLE.put("ArgMax", ReducingRules::place);
    TABLE.put("ArgMin", ReducingRules::place);
    TABLE.put("LpNormalization", node -> node.result(node.input(0).type(), node.dims(0)));
  }

  private ReducingRules() {}

  /// The axes of a reduction, ascending; all of them where none is named.
  static SortedSet<Integer> axes(Inference node) throws InvalidModelException {
    int rank = node.dims(0).size();
    Optional<List<Long>> named = node.listed("axes", 1);
    TreeSet<Integer> axes = new TreeSet<>();
    for (long axis : named.orElse(List.of())) {
      axes.add(node.axis(axis, rank));
    }
    boolean nothing = node.node().whole("noop_with_empty_axes", 0) != 0;
    for (int i = 0; i < rank && named.orElse(List.of()).isEmpty() && !nothing; i++) {
      axes.add(i);
    }
    return axes;
  }

  private static void reduce(Inference node, boolean product) throws InvalidModelException {
    Inferred in = node.input(0);
    SortedSet<Integer> axes = axes(node);
    boolean keep = node.node().whole("keepdims", 1) != 0;
    List<Dim> result = without(in.dims(), axes, keep);
    Optional<Wholes> wholes = Optional.empty();
    if (product && in.wholes().isPresent() && axes.size() == in.rank()) {
      wholes =
          Dim.product(in.wholes().get().values())
              .flatMap(p -> Wholes.of(result, at -> Optional.of(p)));
    }
    node.result(Inferred.perhaps(in.type(), result, wholes));
  }

  private static List<Dim> without(List<Dim> dims, Set<Integer> axes, boolean keep) {
    List<Dim> result = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      if (!axes.contains(i)) {
        result.add(dims.get(i));
      } else if (keep) {
        result.add(Dim.ONE);
      }
    }
    return result;
  }

  private static void place(Inference node) throws InvalidModelException {
    List<Dim> dims = node.dims(0);
    TreeSet<Integer> axis = new TreeSet<>(List.of(node.axis("axis", 0, dims.size())));
    boolean keep = node.node().whole("keepdims", 1) != 0;
    node.result(ElementType.INT64, without(dims, axis, keep));
  }
}

package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Operations that move numbers or name them anew.
final class ArrangingRules {
  static final Map<String, Rule> TABLE = new HashMap<>();

  static {
    TABLE.put("Identity", node -> node.result(node.input(0)));
    TABLE.put("Flatten", ArrangingRules::flatten);
    TABLE.put("Reshape", ArrangingRules::reshape);
    TABLE.put("Squeeze", ArrangingRules::squeeze);
    TABLE.put("Unsqueeze", ArrangingRules::unsqueeze);
    TABLE.put("Transpose", ArrangingRules::transpose);
    TABLE.put("Concat", ArrangingRules::concat);
    TABLE.put("Split", ArrangingRules::split);
    TABLE.put("Expand", ArrangingRules::expand);
    TABLE.put("Tile", ArrangingRules::tile);
    TABLE.put("DepthToSpace", ArrangingRules::depthToSpace);
    TABLE.put("SpaceToDepth", ArrangingRules::spaceToDepth);
  }

  private ArrangingRules() {}

  private static void reshaped(Inference node, List<Dim> dims) throws InvalidModelException {
    Inferred in = node.input(0);
    if (!node.elements(dims).equals(node.elements(in.dims()))) {
      throw node.wrong("%s cannot become %s".formatted(in, Dim.words(dims)));
    }
    node.result(Inferred.perhaps(in.type(), dims, in.wholes().flatMap(w -> w.reshaped(dims))));
  }

  private static void flatten(Inference node) throws InvalidModelException {
    List<Dim> dims = node.dims(0);
    long axis = node.node().whole("axis", 1);
    int cut = axis == dims.size() ? dims.size() : node.axis(axis, dims.size());
    reshaped(
        node,
        List.of(
            node.elements(dims.subList(0, cut)), node.elements(dims.subList(cut, dims.size()))));
  }

  private static void reshape(Inference node) throws InvalidModelException {
    List<Dim> wanted = node.wholes(1).values();
    List<Dim> dims = node.dims(0);
    boolean zeroIsZero = node.node().whole("allowzero", 0) != 0;
    List<Dim> result = new ArrayList<>();
    int open = -1;
    for (int i = 0; i < wanted.size(); i++) {
      Dim dim = wanted.get(i);
      if (dim.is(-1)) {
        if (open >= 0) {
          throw node.wrong("two dimensions of %s are open".formatted(Dim.words(wanted)));
        }
        open = i;
        result.add(Dim.ONE);
      } else if (dim.is(0) && !zeroIsZero) {
        if (i >= dims.size()) {
          throw node.wrong(
              "%s copies dimension %d of %s".formatted(Dim.words(wanted), i, Dim.words(dims)));
        }
        result.add(dims.get(i));
      } else {
        result.add(dim);
      }
    }
    if (open >= 0) {
      Dim others = node.elements(result);
      result.set(
          open,
          node.elements(dims)
              .dividedBy(others)
              .filter(quotient -> quotient.times(others).equals(Dim.product(dims)))
              .orElseThrow(
                  () ->
                      node.wrong(
                          "%s cannot become %s".formatted(Dim.words(dims), Dim.words(wanted)))));
    }
    reshaped(node, result);
  }

  private static void squeeze(Inference node) throws InvalidModelException {
    List<Dim> dims = node.dims(0);
    Optional<List<Long>> axes = node.listed("axes", 1);
    TreeSet<Integer> gone = new TreeSet<>();
    for (int i = 0; i < dims.size() && axes.isEmpty(); i++) {
      if (dims.get(i).is(1)) {
        gone.add(i);
      }
    }
    for (long axis : axes.orElse(List.of())) {
      gone.add(node.axis(axis, dims.size()));
    }
    List<Dim> result = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      if (!gone.contains(i)) {
        result.add(dims.get(i));
      } else if (!dims.get(i).is(1)) {
        throw node.wrong("dimension %d of %s is not 1".formatted(i, Dim.words(dims)));
      }
    }
    reshaped(node, result);
  }

  private static void unsqueeze(Inference node) throws InvalidModelException {
    List<Long> axes = node.listed("axes", 1).orElseThrow(() -> node.wrong("it has no axes"));
    int rank = node.dims(0).size() + axes.size();
    if (rank > Shapes.MOST_RANK) {
      throw node.wrong("%d dimensions, the limit is %d".formatted(rank, Shapes.MOST_RANK));
    }
    TreeSet<Integer> added = new TreeSet<>();
    for (long axis : axes) {
      if (!added.add(node.axis(axis, rank))) {
        throw node.wrong("axis %d is given twice".formatted(axis));
      }
    }
    List<Dim> result = new ArrayList<>(node.dims(0));
    for (int axis : added) {
      result.add(axis, Dim.ONE);
    }
    reshaped(node, result);
  }

  /// The order of axes, by default reversed.
  static List<Integer> order(Inference node) throws InvalidModelException {
    int rank = node.dims(0).size();
    List<Integer> order = new ArrayList<>();
    for (int i = rank - 1; i >= 0; i--) {
      order.add(i);
    }
    if (node.node().attributes().containsKey("perm")) {
      order.clear();
      for (long axis : node.node().wholes("perm")) {
        order.add(node.axis(axis, rank));
      }
      if (order.size() != rank || new TreeSet<>(order).size() != rank) {
        throw node.wrong("perm %s does not order %d dimensions".formatted(order, rank));
      }
    }
    return order;
  }

  private static void transpose(Inference node) throws InvalidModelException {
    Inferred in = node.input(0);
    List<Integer> order = order(node);
    List<Dim> result = order.stream().map(in.dims()::get).toList();
    node.result(
        Inferred.perhaps(
            in.type(),
            result,
            in.wholes()
                .flatMap(
                    w ->
                        Wholes.of(
                            result,
                            at -> {
                              long[] from = new long[at.length];
                              for (int i = 0; i < at.length; i++) {
                                from[order.get(i)] = at[i];
                              }
                              return Optional.of(w.at(from));
                            }))));
  }

  private static void concat(Inference node) throws InvalidModelException {
    List<Dim> first = node.dims(0);
    int axis = node.axis("axis", 0, first.size());
    Dim sum = Dim.ZERO;
    List<Dim> values = new ArrayList<>();
    boolean known = first.size() == 1;
    for (int i = 0; i < node.inputs(); i++) {
      List<Dim> dims = node.dims(i);
      boolean fits = dims.size() == first.size() && node.input(i).type() == node.input(0).type();
      for (int d = 0; fits && d < dims.size(); d++) {
        fits = d == axis || dims.get(d).equals(first.get(d));
      }
      if (!fits) {
        throw node.wrong(
            "%s and %s do not fit along axis %d".formatted(node.input(0), node.input(i), axis));
      }
      sum = sum.plus(dims.get(axis));
      Optional<Wholes> wholes = node.input(i).wholes();
      known &= wholes.isPresent() && values.size() <= Wholes.LARGEST;
      if (known) {
        values.addAll(wholes.orElseThrow().values());
      }
    }
    List<Dim> result = new ArrayList<>(first);
    result.set(axis, sum);
    node.result(
        Inferred.perhaps(
            node.input(0).type(),
            result,
            known && values.size() <= Wholes.LARGEST
                ? Optional.of(Wholes.list(values))
                : Optional.empty()));
  }

  /// The sizes of the parts along the axis.
  private static void split(Inference node) throws InvalidModelException {
    Inferred in = node.input(0);
    int axis = node.axis("axis", 0, in.rank());
    Dim whole = in.dims().get(axis);
    List<Dim> sizes = new ArrayList<>();
    if (node.has(1)) {
      sizes.addAll(node.wholes(1).values());
    } else {
      if (!whole.isFixed()) {
        throw node.wrong("the batch cannot be split into equal parts");
      }
      long parts = node.outputs();
      long size = Math.ceilDiv(whole.fixed(), parts);
      for (long part = 0; part < parts; part++) {
        sizes.add(Dim.of(Math.max(0, Math.min(size, whole.fixed() - part * size))));
      }
    }
    Dim sum = sizes.stream().reduce(Dim.ZERO, Dim::plus);
    if (sizes.size() != node.outputs() || !sum.equals(whole)) {
      throw node.wrong(
          "parts %s do not make %s in %d outputs"
              .formatted(Dim.words(sizes), whole, node.outputs()));
    }
    Dim start = Dim.ZERO;
    for (int i = 0; i < sizes.size(); i++) {
      List<Dim> dims = new ArrayList<>(in.dims());
      dims.set(axis, sizes.get(i));
      long from = start.isFixed() ? start.fixed() : -1;
      node.result(
          i,
          Inferred.perhaps(
              in.type(),
              dims,
              in.wholes().flatMap(w -> PickingRules.shifted(w, dims, axis, from, 1))));
      start = start.plus(sizes.get(i));
    }
  }

  private static void expand(Inference node) throws InvalidModelException {
    broadcastTo(node, node.broadcast(node.dims(0), node.wholes(1).values()));
  }

  private static void broadcastTo(Inference node, List<Dim> dims) throws InvalidModelException {
    Inferred in = node.input(0);
    node.result(
        Inferred.perhaps(
            in.type(),
            dims,
            in.wholes().flatMap(w -> Wholes.of(dims, at -> Optional.of(w.broadcastAt(at))))));
  }

  private static void tile(Inference node) throws InvalidModelException {
    Inferred in = node.input(0);
    List<Dim> repeats = node.wholes(1).values();
    if (repeats.size() != in.rank()) {
      throw node.wrong("%d repeats for %s".formatted(repeats.size(), in));
    }
    List<Dim> result = new ArrayList<>();
    for (int i = 0; i < repeats.size(); i++) {
      result.add(
          in.dims()
              .get(i)
              .times(repeats.get(i))
              .orElseThrow(() -> node.wrong("the batch is repeated N times")));
    }
    node.result(
        Inferred.perhaps(
            in.type(),
            result,
            in.wholes()
                .flatMap(
                    w ->
                        Wholes.of(
                            result,
                            at -> {
                              long[] from = new long[at.length];
                              for (int i = 0; i < at.length; i++) {
                                from[i] = at[i] % w.shape().get(i);
                              }
                              return Optional.of(w.at(from));
                            }))));
  }

  private static void depthToSpace(Inference node) throws InvalidModelException {
    long block = block(node);
    List<Dim> d = node.dims(0);
    node.result(
        node.input(0).type(),
        List.of(
            d.get(0),
            exactly(node, d.get(1), Math.multiplyExact(block, block)),
            times(node, d.get(2), block),
            times(node, d.get(3), block)));
  }

  private static void spaceToDepth(Inference node) throws InvalidModelException {
    long block = block(node);
    List<Dim> d = node.dims(0);
    node.result(
        node.input(0).type(),
        List.of(
            d.get(0),
            times(node, d.get(1), Math.multiplyExact(block, block)),
            exactly(node, d.get(2), block),
            exactly(node, d.get(3), block)));
  }

  private static long block(Inference node) throws InvalidModelException {
    long block = node.node().whole("blocksize", 0);
    if (block < 1 || node.dims(0).size() != 4) {
      throw node.wrong("blocksize %d of %s".formatted(block, node.input(0)));
    }
    return block;
  }

  private static Dim times(Inference node, Dim dim, long factor) throws InvalidModelException {
    return dim.times(Dim.of(factor)).orElseThrow(() -> node.wrong("a size that is not known"));
  }

  private static Dim exactly(Inference node, Dim dim, long divisor) throws InvalidModelException {
    return dim.dividedBy(Dim.of(divisor))
        .filter(quotient -> quotient.times(Dim.of(divisor)).equals(Optional.of(dim)))
        .orElseThrow(() -> node.wrong("%s is no multiple of %d".formatted(dim, divisor)));
  }
}

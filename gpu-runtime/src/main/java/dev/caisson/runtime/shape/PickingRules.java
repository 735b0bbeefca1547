package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Operations that pick some of the numbers by their place.
final class PickingRules {
  static final Map<String, Rule> TABLE =
      Map.of(
          "Gather", PickingRules::gather,
          "GatherElements", PickingRules::gatherElements,
          "GatherND", PickingRules::gatherNd,
          "Slice", PickingRules::slice,
          "Trilu", node -> node.result(node.input(0).type(), node.dims(0)),
          "OneHot", PickingRules::oneHot);

  private PickingRules() {}

  private static void requireIndices(Inference node, int position) throws InvalidModelException {
    ElementType type = node.input(position).type();
    if (type != ElementType.INT64 && type != ElementType.INT32) {
      throw node.wrong("indices of type " + type);
    }
  }

  private static void gather(Inference node) throws InvalidModelException {
    requireIndices(node, 1);
    Inferred in = node.input(0);
    Inferred indices = node.input(1);
    int axis = node.axis("axis", 0, in.rank());
    List<Dim> result = new ArrayList<>(in.dims().subList(0, axis));
    result.addAll(indices.dims());
    result.addAll(in.dims().subList(axis + 1, in.rank()));
    node.result(
        Inferred.perhaps(
            in.type(),
            result,
            in.wholes()
                .flatMap(
                    data ->
                        indices
                            .wholes()
                            .flatMap(
                                places ->
                                    Wholes.of(result, at -> gathered(data, places, axis, at))))));
  }

  private static Optional<Dim> gathered(Wholes data, Wholes places, int axis, long[] at) {
    int inner = places.shape().size();
    Dim place = places.at(Arrays.copyOfRange(at, axis, axis + inner));
    long size = data.shape().get(axis);
    long index = place.fixed() < 0 ? place.fixed() + size : place.fixed();
    if (!place.isFixed() || index < 0 || index >= size) {
      return Optional.empty();
    }
    long[] from = new long[data.shape().size()];
    System.arraycopy(at, 0, from, 0, axis);
    from[axis] = index;
    System.arraycopy(at, axis + inner, from, axis + 1, from.length - axis - 1);
    return Optional.of(data.at(from));
  }

  private static void gatherElements(Inference node) throws InvalidModelException {
    requireIndices(node, 1);
    node.axis("axis", 0, node.dims(0).size());
    if (node.dims(0).size() != node.dims(1).size()) {
      throw node.wrong("%s by indices %s".formatted(node.input(0), node.input(1)));
    }
    node.result(node.input(0).type(), node.dims(1));
  }

  private static void gatherNd(Inference node) throws InvalidModelException {
    requireIndices(node, 1);
    List<Dim> data = node.dims(0);
    List<Dim> indices = node.dims(1);
    int batch = (int) node.node().whole("batch_dims", 0);
    if (indices.isEmpty()
        || !indices.getLast().isFixed()
        || indices.getLast().fixed() < 1
        || batch < 0
        || batch >= indices.size()
        || !indices.subList(0, batch).equals(data.subList(0, Math.min(batch, data.size())))
        || batch + indices.getLast().fixed() > data.size()) {
      throw node.wrong("%s by indices %s".formatted(node.input(0), node.input(1)));
    }
    List<Dim> result = new ArrayList<>(indices.subList(0, indices.size() - 1));
    result.addAll(data.subList(batch + (int) indices.getLast().fixed(), data.size()));
    node.result(node.input(0).type(), result);
  }

  /// The cuts of a Slice node.
  static List<Cut> cuts(Inference node) throws InvalidModelException {
    List<Dim> dims = node.dims(0);
    List<Dim> starts = node.wholes(1).values();
    List<Dim> ends = node.wholes(2).values();
    List<Cut> cuts = new ArrayList<>();
    for (int position = 2; position <= 4; position++) {
      if (node.has(position) && node.wholes(position).values().size() != starts.size()) {
        throw node.wrong(
            "'%s' needs %d numbers, one for each start"
                .formatted(node.node().input(position), starts.size()));
      }
    }
    for (int i = 0; i < starts.size(); i++) {
      int axis = node.axis(node.has(3) ? node.fixed(3).get(i) : i, dims.size());
      long step = node.has(4) ? node.fixed(4).get(i) : 1;
      cuts.add(cut(node, axis, dims.get(axis), starts.get(i), ends.get(i), step));
    }
    return cuts;
  }

  private static Cut cut(Inference node, int axis, Dim size, Dim start, Dim end, long step)
      throws InvalidModelException {
    boolean everything =
        start.is(0)
            && step == 1
            && (end.equals(size) || (end.isFixed() && end.fixed() >= Integer.MAX_VALUE));
    if (everything) {
      return new Cut(axis, 0, 1, size);
    }
    if (!size.isFixed() || !start.isFixed() || !end.isFixed() || step == 0) {
      throw node.wrong("rows of the batch are cut from %s to %s of %s".formatted(start, end, size));
    }
    long n = size.fixed();
    if (n == 0) {
      return new Cut(axis, 0, 1, size);
    }
    long from = start.fixed() < 0 ? start.fixed() + n : start.fixed();
    long to = end.fixed() < 0 ? Math.addExact(end.fixed(), n) : end.fixed();
    from = Math.clamp(from, 0, step > 0 ? n : n - 1);
    to = Math.clamp(to, step > 0 ? 0 : -1, n);
    long taken = Math.max(0, Math.ceilDiv(to - from, step));
    return new Cut(axis, from, step, Dim.of(taken));
  }

  private static void slice(Inference node) throws InvalidModelException {
    Inferred in = node.input(0);
    List<Dim> dims = new ArrayList<>(in.dims());
    Optional<Wholes> wholes = in.wholes();
    for (Cut cut : cuts(node)) {
      dims.set(cut.axis(), cut.size());
      List<Dim> so = List.copyOf(dims);
      wholes = wholes.flatMap(w -> shifted(w, so, cut.axis(), cut.start(), cut.step()));
    }
    node.result(Inferred.perhaps(in.type(), dims, wholes));
  }

  /// The part of `w` that begins at `start` along `axis` and goes on in steps.
  static Optional<Wholes> shifted(Wholes w, List<Dim> dims, int axis, long start, long step) {
    return start < 0
        ? Optional.empty()
        : Wholes.of(
            dims,
            at -> {
              long[] from = at.clone();
              from[axis] = start + at[axis] * step;
              return Optional.of(w.at(from));
            });
  }

  /// It may be a real number, if the file holds it.
  private static Dim depth(Inference node) throws InvalidModelException {
    Optional<Tensor> real = node.stored(1).filter(t -> Inferred.isReal(t.type()));
    if (real.isPresent() && real.get().elements() == 1) {
      return Dim.of((long) real.get().floats()[0]);
    }
    List<Dim> depth = node.wholes(1).values();
    if (depth.size() != 1) {
      throw node.wrong("depth must be one number");
    }
    return depth.getFirst();
  }

  private static void oneHot(Inference node) throws InvalidModelException {
    List<Dim> dims = new ArrayList<>(node.dims(0));
    dims.add(node.axis("axis", -1, dims.size() + 1), depth(node));
    node.result(node.input(2).type(), dims);
  }
}

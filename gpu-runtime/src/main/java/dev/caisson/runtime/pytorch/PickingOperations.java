package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Cut;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Wholes;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What picks some of the numbers by their place.
final class PickingOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Gather", PickingOperations::gather,
          "GatherElements", PickingOperations::gatherElements,
          "GatherND", PickingOperations::gatherNd,
          "OneHot", PickingOperations::oneHot,
          "EyeLike", PickingOperations::eyeLike,
          "Slice", PickingOperations::slice,
          "Trilu", PickingOperations::trilu,
          "ArgMax", place("argmax"),
          "ArgMin", place("argmin"));

  private PickingOperations() {}

  private static void gather(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    Inferred data = node.known().input(0);
    int axis = node.known().axis("axis", 0, data.rank());
    Optional<Wholes> known = node.known().input(1).wholes();
    if (known.isPresent() && known.get().shape().isEmpty()) {
      node.result(
          "torch.select(%s, %d, %d)".formatted(node.input(0), axis, node.known().number(1)));
      return;
    }
    String indices = indices(node, axis);
    if (axis == 0 && data.rank() == 2 && data.isReal()) {
      node.result("torch.embedding(%s, %s)".formatted(node.input(0), indices));
      return;
    }
    node.result(
        "torch.reshape(torch.index_select(%s, %d, torch.reshape(%s, [-1])), %s)"
            .formatted(
                node.input(0),
                axis,
                indices,
                Emission.shape(node.known().output(0).orElseThrow().dims())));
  }

  /// Indices, of which negative ones count from the end. What lies outside is left for PyTorch to
  /// refuse. Indices that are known not to be negative are taken as they are.
  private static String indices(Emission node, int axis)
      throws UnsupportedModelException, InvalidModelException {
    Optional<Wholes> known = node.known().input(1).wholes();
    if (known.isPresent() && node.known().fixed(1).stream().allMatch(i -> i >= 0)) {
      return node.input(1);
    }
    String size = Emission.size(node.known().dims(0).get(axis));
    return "torch.add(%1$s, torch.mul(torch.lt(%1$s, 0), %2$s))".formatted(node.input(1), size);
  }

  private static void gatherElements(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    int axis = node.known().axis("axis", 0, node.known().input(0).rank());
    node.result("torch.gather(%s, %d, %s)".formatted(node.input(0), axis, indices(node, axis)));
  }

  /// PyTorch's own indexing by several tensors, which checks bounds and counts from the end.
  private static void gatherNd(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<Dim> indices = node.known().dims(1);
    int batch = (int) node.node().whole("batch_dims", 0);
    List<String> places = new ArrayList<>();
    for (int axis = 0; axis < batch; axis++) {
      String size = Emission.size(indices.get(axis));
      List<Long> shape = new ArrayList<>(Collections.nCopies(indices.size() - 1, 1L));
      shape.set(axis, -1L);
      places.add("torch.reshape(%s, %s)".formatted(Emission.count(size), shape));
    }
    for (int i = 0; i < indices.getLast().fixed(); i++) {
      places.add("torch.select(%s, -1, %d)".formatted(node.input(1), i));
    }
    node.result(
        "torch.index(%s, annotate(List[Optional[Tensor]], [%s]))"
            .formatted(node.input(0), String.join(", ", places)));
  }

  /// An index that is no place below the depth, counted from the end if negative, is nowhere on.
  private static void oneHot(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<Dim> out = node.known().output(0).orElseThrow().dims();
    int axis = node.known().axis("axis", -1, out.size());
    String depth = Emission.size(out.get(axis));
    List<Long> shape = new ArrayList<>(Collections.nCopies(out.size(), 1L));
    shape.set(axis, -1L);
    String index =
        "torch.add(%1$s, torch.mul(torch.lt(%1$s, 0), %2$s))".formatted(node.input(0), depth);
    String places = "torch.reshape(%s, %s)".formatted(Emission.count(depth), shape);
    node.result(
        "torch.where(torch.eq(torch.unsqueeze(%s, %d), %s), torch.select(%4$s, 0, 1), torch.select(%4$s, 0, 0))"
            .formatted(index, axis, places, node.input(2)));
  }

  private static void eyeLike(Emission node) throws InvalidModelException {
    Inferred out = node.known().output(0).orElseThrow();
    String rows = Emission.size(out.dims().get(0));
    String columns = Emission.size(out.dims().get(1));
    node.result(
        "torch.to(torch.eq(torch.add(torch.reshape(%s, [-1, 1]), %d), %s), %d)"
            .formatted(
                Emission.count(rows),
                node.node().whole("k", 0),
                Emission.count(columns),
                node.torchType(out.type())));
  }

  private static void slice(Emission node) throws UnsupportedModelException, InvalidModelException {
    String result = node.input(0);
    for (Cut cut : node.known().cuts()) {
      result = cut(result, cut);
    }
    node.result(result);
  }

  /// PyTorch's slices only go forwards: backwards is a slice, turned round.
  private static String cut(String input, Cut cut) {
    if (cut.start() == 0 && cut.step() == 1) {
      return "torch.narrow(%s, %d, 0, %s)".formatted(input, cut.axis(), Emission.size(cut.size()));
    }
    long size = cut.size().fixed();
    if (cut.step() > 0) {
      return "torch.slice(%s, %d, %d, %d, %d)"
          .formatted(input, cut.axis(), cut.start(), cut.start() + size * cut.step(), cut.step());
    }
    long last = cut.start() + (size - 1) * cut.step();
    return size == 0
        ? "torch.narrow(%s, %d, 0, 0)".formatted(input, cut.axis())
        : "torch.flip(torch.slice(%s, %d, %d, %d, %d), [%d])"
            .formatted(input, cut.axis(), last, cut.start() + 1, -cut.step(), cut.axis());
  }

  private static void trilu(Emission node) throws UnsupportedModelException, InvalidModelException {
    long diagonal = node.has(1) ? node.known().number(1) : 0;
    String function = node.node().whole("upper", 1) == 0 ? "tril" : "triu";
    node.result("torch.%s(%s, %d)".formatted(function, node.input(0), diagonal));
  }

  private static Operation place(String function) {
    return node -> {
      int axis = node.known().axis("axis", 0, node.known().input(0).rank());
      String keep = node.node().whole("keepdims", 1) != 0 ? "True" : "False";
      if (node.node().whole("select_last_index", 0) == 0) {
        node.result("torch.%s(%s, %d, %s)".formatted(function, node.input(0), axis, keep));
        return;
      }
      Dim last = Dim.of(-1).plus(node.known().dims(0).get(axis));
      node.result(
          "torch.rsub(torch.%1$s(torch.flip(%2$s, [%3$d]), %3$d, %4$s), %5$s)"
              .formatted(function, node.input(0), axis, keep, Emission.size(last)));
    };
  }
}

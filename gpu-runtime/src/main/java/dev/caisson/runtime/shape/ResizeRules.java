package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Operations that make an image or a series larger or smaller.
final class ResizeRules {
  static final Map<String, Rule> TABLE =
      Map.of("Resize", ResizeRules::resize, "Pad", ResizeRules::pad);

  /// No axis of an image or a series is longer.
  private static final long LONGEST = 1 << 20;

  private ResizeRules() {}

  private static void resize(Inference node) throws InvalidModelException {
    Inferred in = node.input(0);
    List<Dim> dims = new ArrayList<>(in.dims());
    for (Resized resized : resized(node)) {
      dims.set(resized.axis(), Dim.of(resized.output()));
    }
    node.result(in.type(), dims);
  }

  private static void pad(Inference node) throws InvalidModelException {
    Inferred in = node.input(0);
    List<Dim> dims = new ArrayList<>(in.dims());
    for (Padded padded : padded(node)) {
      dims.set(padded.axis(), Dim.of(padded.output()));
    }
    node.result(in.type(), dims);
  }

  /// The axes that a list of numbers speaks of: those named, else all.
  private static List<Integer> axes(Inference node, Optional<List<Long>> named, int numbers)
      throws InvalidModelException {
    int rank = node.input(0).rank();
    List<Integer> axes = new ArrayList<>();
    if (named.isEmpty()) {
      for (int axis = 0; axis < rank; axis++) {
        axes.add(axis);
      }
    } else {
      for (long axis : named.get()) {
        axes.add(node.axis(axis, rank));
      }
    }
    if (new TreeSet<>(axes).size() != axes.size() || axes.size() != numbers) {
      throw node.wrong("%d numbers for axes %s of %s".formatted(numbers, axes, node.input(0)));
    }
    return axes;
  }

  /// The axes that change, ascending as the node lists them.
  static List<Resized> resized(Inference node) throws InvalidModelException {
    Optional<List<Long>> named =
        node.node().attributes().containsKey("axes")
            ? Optional.of(node.node().wholes("axes"))
            : Optional.empty();
    if (node.has(3)) {
      return bySizes(node, named);
    }
    Tensor scales =
        node.stored(2)
            .filter(t -> Inferred.isReal(t.type()))
            .orElseThrow(() -> node.wrong("its scales or sizes must be constants in the file"));
    float[] numbers = scales.floats();
    List<Integer> axes = axes(node, named, numbers.length);
    List<Resized> result = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != 1) {
        long size = size(node, axes.get(i));
        if (!(numbers[i] > 0)) {
          throw node.wrong("a scale must be above 0, got " + numbers[i]);
        }
        result.add(
            changed(node, axes.get(i), size, (long) Math.floor(numbers[i] * size), numbers[i]));
      }
    }
    return result;
  }

  private static List<Resized> bySizes(Inference node, Optional<List<Long>> named)
      throws InvalidModelException {
    List<Dim> sizes = node.wholes(3).values();
    List<Integer> axes = axes(node, named, sizes.size());
    String policy = node.node().text("keep_aspect_ratio_policy", "stretch");
    List<Resized> result = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      Dim wanted = sizes.get(i);
      if (!wanted.equals(node.dims(0).get(axes.get(i))) || !policy.equals("stretch")) {
        long size = size(node, axes.get(i));
        if (!wanted.isFixed()) {
          throw node.wrong("size %s depends on the batch".formatted(wanted));
        }
        result.add(changed(node, axes.get(i), size, wanted.fixed(), (float) wanted.fixed() / size));
      }
    }
    return policy.equals("stretch") ? result : alike(node, result, policy);
  }

  /// One scale for all axes: the smallest or the largest of those wanted.
  private static List<Resized> alike(Inference node, List<Resized> wanted, String policy)
      throws InvalidModelException {
    if (!policy.equals("not_larger") && !policy.equals("not_smaller")) {
      throw node.wrong("keep_aspect_ratio_policy='%s' is not one of ONNX's".formatted(policy));
    }
    boolean smallest = policy.equals("not_larger");
    float scale = smallest ? Float.MAX_VALUE : 0;
    for (Resized axis : wanted) {
      scale = smallest ? Math.min(scale, axis.scale()) : Math.max(scale, axis.scale());
    }
    List<Resized> result = new ArrayList<>();
    for (Resized axis : wanted) {
      long size = (long) Math.floor(scale * axis.input() + 0.5f);
      result.add(changed(node, axis.axis(), axis.input(), size, scale));
    }
    return result;
  }

  private static Resized changed(Inference node, int axis, long input, long output, float scale)
      throws InvalidModelException {
    if (output < 1 || output > LONGEST) {
      throw node.wrong(
          "dimension %d would become %d long, it must be 1..%d".formatted(axis, output, LONGEST));
    }
    return new Resized(axis, input, output, scale);
  }

  private static long size(Inference node, int axis) throws InvalidModelException {
    Dim size = node.dims(0).get(axis);
    if (!size.isFixed()) {
      throw node.wrong("the batch of %s cannot change".formatted(node.input(0)));
    }
    if (size.fixed() < 1 || size.fixed() > LONGEST) {
      throw node.wrong(
          "dimension %d of %s must be 1..%d long".formatted(axis, node.input(0), LONGEST));
    }
    return size.fixed();
  }

  /// The axes that change.
  static List<Padded> padded(Inference node) throws InvalidModelException {
    List<Long> pads = node.listed("pads", 1).orElseThrow(() -> node.wrong("it has no pads"));
    if (pads.size() % 2 != 0) {
      throw node.wrong("%d pads, but each axis needs two".formatted(pads.size()));
    }
    int count = pads.size() / 2;
    Optional<List<Long>> named = node.has(3) ? Optional.of(node.fixed(3)) : Optional.empty();
    List<Integer> axes = axes(node, named, count);
    List<Padded> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long before = pads.get(i);
      long after = pads.get(i + count);
      if (before != 0 || after != 0) {
        Padded padded = new Padded(axes.get(i), size(node, axes.get(i)), before, after);
        boolean sane = Math.max(Math.abs(before), Math.abs(after)) <= LONGEST;
        if (!sane || padded.output() < 1 || padded.output() > LONGEST) {
          throw node.wrong(
              "pads %d and %d of dimension %d of %s"
                  .formatted(before, after, padded.axis(), node.input(0)));
        }
        result.add(padded);
      }
    }
    return result;
  }
}

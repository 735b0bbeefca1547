package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.shape.Resized;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Images and series at another resolution. Where PyTorch has a kernel that takes the same numbers,
/// that is used; everything else is put together axis by axis from places and weights that are
/// worked out beforehand.
final class ResizeOperations {
  static final Map<String, Operation> TABLE = Map.of("Resize", ResizeOperations::resize);

  private static final Set<String> ROUNDINGS =
      Set.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil");

  private static final List<String> KERNELS = List.of("linear1d", "bilinear2d", "trilinear3d");

  private ResizeOperations() {}

  private static void resize(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    if (node.node().whole("antialias", 0) != 0) {
      throw node.lacks("antialias");
    }
    List<Resized> axes = node.known().resized();
    for (Resized axis : axes) {
      // ONNX's reference stretches over the scaled length, ONNX Runtime over the rounded one.
      if (coordinates(node).equals("align_corners")
          && Math.abs(axis.scale() * axis.input() - axis.output()) > 1e-3) {
        throw node.lacks(
            "align_corners with scale %s, which makes no whole size of %d; give the sizes"
                .formatted(axis.scale(), axis.input()));
      }
    }
    if (axes.isEmpty()) {
      node.alias(0);
      return;
    }
    Optional<String> kernel = kernel(node, axes);
    if (kernel.isPresent()) {
      node.result(kernel.get());
      return;
    }
    String result = node.input(0);
    for (Resized axis : axes) {
      result = sampled(node, result, axis, taps(node, axis));
    }
    node.result(result);
  }

  private static String coordinates(Emission node) throws InvalidModelException {
    return node.node().text("coordinate_transformation_mode", "half_pixel");
  }

  private static String mode(Emission node) throws InvalidModelException {
    return node.node().text("mode", "nearest");
  }

  /// PyTorch's own kernel, where it takes the same numbers: all spatial axes change by a power of
  /// two, which its arithmetic handles without rounding; or ends are aligned, which leaves both
  /// with the same formula.
  private static Optional<String> kernel(Emission node, List<Resized> axes)
      throws UnsupportedModelException, InvalidModelException {
    int spatial = node.known().input(0).rank() - 2;
    List<Integer> changed = axes.stream().map(Resized::axis).sorted().toList();
    boolean all =
        spatial >= 1
            && spatial <= 3
            && changed.equals(IntStream.range(2, spatial + 2).boxed().toList());
    if (!all || !node.known().input(0).isReal()) {
      return Optional.empty();
    }
    boolean doubling =
        axes.stream()
            .allMatch(
                a ->
                    a.output() == a.scale() * a.input()
                        && a.scale() >= 1
                        && Long.bitCount(a.output() / a.input()) == 1);
    List<Long> sizes =
        axes.stream().sorted(Comparator.comparingInt(Resized::axis)).map(Resized::output).toList();
    String where = coordinates(node);
    String nones = ", None".repeat(spatial);
    if (mode(node).equals("nearest")) {
      return doubling && where.equals("asymmetric") && rounding(node).equals("floor")
          ? Optional.of(
              "torch.upsample_nearest%dd(%s, %s%s)".formatted(spatial, node.input(0), sizes, nones))
          : Optional.empty();
    }
    boolean halves = where.equals("half_pixel") || where.equals("pytorch_half_pixel");
    boolean ends = where.equals("align_corners");
    return mode(node).equals("linear") && ((doubling && halves) || ends)
        ? Optional.of(
            "torch.upsample_%s(%s, %s, %s%s)"
                .formatted(
                    KERNELS.get(spatial - 1), node.input(0), sizes, ends ? "True" : "False", nones))
        : Optional.empty();
  }

  private static Taps taps(Emission node, Resized axis)
      throws UnsupportedModelException, InvalidModelException {
    float[] places = new float[(int) axis.output()];
    for (int i = 0; i < places.length; i++) {
      places[i] = coordinate(node, axis, i);
    }
    boolean exclusive = node.node().whole("exclude_outside", 0) != 0;
    return switch (mode(node)) {
      case "nearest" -> Taps.nearest(places, axis.input(), rounding(node));
      case "linear" -> Taps.linear(clamped(places, axis.input()), axis.input(), false);
      case "cubic" ->
          Taps.cubic(places, axis.input(), exclusive, node.node().real("cubic_coeff_a", -0.75f));
      case String other -> throw node.lacks("mode='%s'".formatted(other));
    };
  }

  private static float[] clamped(float[] places, long input) {
    float[] result = places.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.clamp(result[i], 0f, (float) (input - 1));
    }
    return result;
  }

  private static String rounding(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    String rounding = node.node().text("nearest_mode", "round_prefer_floor");
    if (!ROUNDINGS.contains(rounding)) {
      throw node.lacks("nearest_mode='%s'".formatted(rounding));
    }
    return rounding;
  }

  /// Where number `i` of the output lies in the input. In float, as ONNX Runtime has it: on the
  /// border between two numbers the last bit decides.
  private static float coordinate(Emission node, Resized axis, int i)
      throws UnsupportedModelException, InvalidModelException {
    float in = axis.input();
    float out = axis.output();
    float scale = axis.scale();
    return switch (coordinates(node)) {
      case "half_pixel" -> (i + 0.5f) / scale - 0.5f;
      case "pytorch_half_pixel" -> out > 1 ? (i + 0.5f) / scale - 0.5f : 0;
      case "half_pixel_symmetric" -> in / 2 * (1 - out / (scale * in)) + (i + 0.5f) / scale - 0.5f;
      case "asymmetric" -> i / scale;
      case "align_corners" -> out == 1 ? 0 : i * (in - 1) / (out - 1);
      case String other -> throw node.lacks("coordinate_transformation_mode='%s'".formatted(other));
    };
  }

  private static String sampled(Emission node, String input, Resized axis, Taps taps)
      throws UnsupportedModelException, InvalidModelException {
    if (taps.places().size() == 1) {
      return selected(node, input, axis.axis(), taps.places().getFirst());
    }
    if (!node.known().input(0).isReal()) {
      throw node.lacks("mode='%s' of whole numbers".formatted(mode(node)));
    }
    String from = node.local(input);
    long[] shape = new long[node.known().input(0).rank() - axis.axis()];
    Arrays.fill(shape, 1);
    shape[0] = axis.output();
    List<String> terms = new ArrayList<>();
    for (int tap = 0; tap < taps.places().size(); tap++) {
      terms.add(
          "torch.mul(%s, %s)"
              .formatted(
                  selected(node, from, axis.axis(), taps.places().get(tap)),
                  node.store(Shape.of(shape), taps.weights().get(tap))));
    }
    return terms.stream().reduce((a, b) -> "torch.add(%s, %s)".formatted(a, b)).orElseThrow();
  }

  /// The numbers at these places along an axis.
  static String selected(Emission node, String input, int axis, List<Long> places)
      throws UnsupportedModelException {
    return "torch.index_select(%s, %d, %s)".formatted(input, axis, node.store(places));
  }
}

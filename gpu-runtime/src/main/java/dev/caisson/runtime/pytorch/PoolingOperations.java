package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.shape.Window;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Largest and average numbers under a window.
final class PoolingOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "MaxPool",
          PoolingOperations::maxPool,
          "AveragePool",
          PoolingOperations::averagePool,
          "GlobalAveragePool",
          node -> globalPool(node, "mean"),
          "GlobalMaxPool",
          node -> globalPool(node, "amax"));

  /// Less than any number.
  private static final String LEAST = "-inf";

  private PoolingOperations() {}

  private static String rounding(Emission node) throws InvalidModelException {
    return node.node().whole("ceil_mode", 0) != 0 ? "True" : "False";
  }

  /// Whether PyTorch's own padding does: alike at both ends, half a kernel at most.
  private static boolean plain(List<Window> windows) {
    return windows.stream().allMatch(w -> w.before() == w.after() && 2 * w.before() <= w.kernel());
  }

  /// Other padding is added first, to where the last window ends, so that nothing is rounded then.
  private static String padded(List<Window> windows, String input, String value) {
    return Padding.around(input, windows, Window::before, Window::afterReached, value);
  }

  private static void maxPool(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    if (node.gives(1)) {
      throw node.lacks("the places of the largest numbers (the output 'Indices')");
    }
    List<Window> windows = node.known().windows();
    boolean plain = plain(windows);
    node.result(
        "torch.max_pool%dd(%s, %s, %s, %s, %s, %s)"
            .formatted(
                windows.size(),
                plain ? node.input(0) : padded(windows, node.input(0), LEAST),
                Padding.along(windows, Window::kernel),
                Padding.along(windows, Window::stride),
                Padding.along(windows, w -> plain ? w.before() : 0),
                Padding.along(windows, Window::dilation),
                plain ? rounding(node) : "False"));
  }

  private static void averagePool(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<Window> windows = node.known().windows();
    if (windows.stream().anyMatch(w -> w.dilation() > 1 && w.kernel() > 1)) {
      throw node.lacks("averages over a dilated window");
    }
    boolean padsCount = node.node().whole("count_include_pad", 0) != 0;
    boolean plain = plain(windows);
    String average =
        "torch.avg_pool%dd(%s, %s, %s, %s, %s, %s)"
            .formatted(
                windows.size(),
                plain ? node.input(0) : padded(windows, node.input(0), "0.0"),
                Padding.along(windows, Window::kernel),
                Padding.along(windows, Window::stride),
                Padding.along(windows, w -> plain ? w.before() : 0),
                plain ? rounding(node) : "False",
                !plain || padsCount ? "True" : "False");
    if (!plain) {
      for (Window window : windows) {
        average = corrected(node, average, window, windows.size(), padsCount);
      }
    }
    node.result(average);
  }

  /// The average counted each window's whole kernel; this counts only what lies in the input, or in
  /// the padding if that counts.
  private static String corrected(
      Emission node, String average, Window w, int axes, boolean padsCount)
      throws UnsupportedModelException {
    long first = padsCount ? -w.before() : 0;
    long last = w.input() + (padsCount ? w.after() : 0);
    float[] factors = new float[Math.toIntExact(w.output())];
    boolean all = true;
    for (int place = 0; place < factors.length; place++) {
      long start = place * w.stride() - w.before();
      long counted = Math.min(start + w.kernel(), last) - Math.max(start, first);
      factors[place] = (float) w.kernel() / counted;
      all &= counted == w.kernel();
    }
    if (all) {
      return average;
    }
    long[] shape = new long[axes + 2 - w.axis()];
    Arrays.fill(shape, 1);
    shape[0] = factors.length;
    return "torch.mul(%s, %s)".formatted(average, node.store(Shape.of(shape), factors));
  }

  private static void globalPool(Emission node, String function)
      throws UnsupportedModelException, InvalidModelException {
    List<Integer> axes = IntStream.range(2, node.known().input(0).rank()).boxed().toList();
    node.result("torch.%s(%s, %s, True)".formatted(function, node.input(0), axes));
  }
}

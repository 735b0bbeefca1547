package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Convolutions and pools.
final class WindowRules {
  static final Map<String, Rule> TABLE =
      Map.of(
          "Conv", WindowRules::conv,
          "ConvTranspose", WindowRules::convTranspose,
          "MaxPool", WindowRules::pool,
          "AveragePool", WindowRules::pool,
          "GlobalAveragePool", WindowRules::globalPool,
          "GlobalMaxPool", WindowRules::globalPool);

  private WindowRules() {}

  private static void conv(Inference node) throws InvalidModelException {
    requireReal(node);
    List<Window> windows = node.windows();
    long groups = groups(node);
    long channels = size(node, 0, 1);
    long outputs = size(node, 1, 0);
    if (size(node, 1, 1) * groups != channels || outputs % groups != 0) {
      throw unsuited(node, groups);
    }
    Dim read = Dim.of(Math.multiplyExact(channels / groups, taps(windows).fixed()));
    List<Dim> places = new ArrayList<>();
    windows.forEach(window -> places.add(Dim.of(window.output())));
    walked(node, node.dims(0).getFirst(), Dim.of(outputs), read, places);
    if (windows.stream().anyMatch(window -> window.before() != window.after())) {
      around(node, windows);
    }
    convolved(node, outputs, windows);
  }

  /// The taps of a kernel.
  private static Dim taps(List<Window> windows) {
    return Dim.product(windows.stream().map(window -> Dim.of(window.kernel())).toList())
        .orElseThrow();
  }

  /// A kernel that reads so many numbers at each place. Engines lay out what it reads at all places
  /// of one image.
  private static void walked(Inference node, Dim rows, Dim channels, Dim read, List<Dim> places)
      throws InvalidModelException {
    List<Dim> laid = new ArrayList<>(places);
    laid.add(read);
    node.makes(laid);
    laid.add(rows);
    laid.add(channels);
    node.works(laid);
  }

  /// Padding that an engine puts around its input first.
  private static void around(Inference node, List<Window> windows) throws InvalidModelException {
    List<Dim> padded = new ArrayList<>(node.dims(0).subList(0, 2));
    for (Window window : windows) {
      padded.add(
          Dim.of(
              window.input() + window.before() + Math.max(window.after(), window.afterReached())));
    }
    node.makes(padded);
  }

  private static void convTranspose(Inference node) throws InvalidModelException {
    requireReal(node);
    List<Window> windows = node.windows();
    long groups = groups(node);
    if (size(node, 1, 0) != size(node, 0, 1) || size(node, 0, 1) % groups != 0) {
      throw unsuited(node, groups);
    }
    for (Window window : windows) {
      if (window.extra() >= Math.max(window.stride(), window.dilation())) {
        throw node.wrong(
            "dimension %d would have %d numbers that the kernel does not reach"
                .formatted(window.axis(), window.extra()));
      }
    }
    Dim read = Dim.of(Math.multiplyExact(size(node, 1, 1), taps(windows).fixed()));
    List<Dim> places = new ArrayList<>();
    windows.forEach(window -> places.add(Dim.of(window.input())));
    walked(node, node.dims(0).getFirst(), node.dims(0).get(1), read, places);
    if (windows.stream().anyMatch(window -> window.before() != window.after())) {
      List<Dim> whole = new ArrayList<>(node.dims(0).subList(0, 1));
      whole.add(Dim.of(Math.multiplyExact(size(node, 1, 1), groups)));
      windows.forEach(
          window -> whole.add(Dim.of(window.output() + window.before() + window.after())));
      node.makes(whole);
    }
    convolved(node, Math.multiplyExact(size(node, 1, 1), groups), windows);
  }

  private static void convolved(Inference node, long channels, List<Window> windows)
      throws InvalidModelException {
    if (node.has(2) && !node.dims(2).equals(List.of(Dim.of(channels)))) {
      throw node.wrong("a bias of %s for %d channels".formatted(node.input(2), channels));
    }
    result(node, Dim.of(channels), windows);
  }

  private static void result(Inference node, Dim channels, List<Window> windows)
      throws InvalidModelException {
    List<Dim> dims = new ArrayList<>(List.of(node.dims(0).getFirst(), channels));
    windows.forEach(window -> dims.add(Dim.of(window.output())));
    node.result(node.input(0).type(), dims);
  }

  private static InvalidModelException unsuited(Inference node, long groups)
      throws InvalidModelException {
    return node.wrong(
        "weight %s in %d groups does not suit %s".formatted(node.input(1), groups, node.input(0)));
  }

  private static long groups(Inference node) throws InvalidModelException {
    long groups = node.node().whole("group", 1);
    if (groups < 1 || groups > 1 << 24) {
      throw node.wrong("group must be 1 or more, got " + groups);
    }
    return groups;
  }

  private static long size(Inference node, int position, int axis) throws InvalidModelException {
    Dim size = node.dims(position).get(axis);
    if (!size.isFixed() || size.fixed() < 1 || size.fixed() > 1 << 30) {
      throw node.wrong("dimension %d of %s must be known".formatted(axis, node.input(position)));
    }
    return size.fixed();
  }

  private static void requireReal(Inference node) throws InvalidModelException {
    if (!node.input(0).isReal()) {
      throw node.wrong("it takes real numbers, not " + node.input(0));
    }
  }

  private static void pool(Inference node) throws InvalidModelException {
    requireReal(node);
    List<Window> windows = node.windows();
    for (Window window : windows) {
      if (window.before() >= window.reach() || window.after() >= window.reach()) {
        throw node.wrong(
            "dimension %d is padded by as much as the kernel reaches".formatted(window.axis()));
      }
    }
    List<Dim> walk = new ArrayList<>(node.dims(0).subList(0, 2));
    walk.add(taps(windows));
    windows.forEach(window -> walk.add(Dim.of(window.output())));
    node.works(walk);
    if (windows.stream().anyMatch(w -> w.before() != w.after() || 2 * w.before() > w.kernel())) {
      around(node, windows);
    }
    result(node, node.dims(0).get(1), windows);
    if (node.node().operation().equals("MaxPool")) {
      node.output(0).ifPresent(v -> node.result(1, Inferred.of(ElementType.INT64, v.dims())));
    }
  }

  private static void globalPool(Inference node) throws InvalidModelException {
    requireReal(node);
    List<Dim> dims = new ArrayList<>(node.dims(0));
    if (dims.size() < 3) {
      throw node.wrong("%s has no dimension to pool".formatted(node.input(0)));
    }
    for (int axis = 2; axis < dims.size(); axis++) {
      dims.set(axis, Dim.ONE);
    }
    node.result(node.input(0).type(), dims);
  }
}

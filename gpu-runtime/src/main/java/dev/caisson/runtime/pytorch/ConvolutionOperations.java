package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Window;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Map;

/// Convolutions over one to three dimensions.
final class ConvolutionOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Conv", ConvolutionOperations::conv,
          "ConvTranspose", ConvolutionOperations::convTranspose);

  private ConvolutionOperations() {}

  /// PyTorch pads both ends alike; other padding is added first.
  private static void conv(Emission node) throws UnsupportedModelException, InvalidModelException {
    List<Window> windows = node.known().windows();
    boolean alike = windows.stream().allMatch(w -> w.before() == w.after());
    String input = node.input(0);
    if (!alike) {
      input = Padding.around(input, windows, Window::before, Window::after, "0.0");
    }
    boolean plane = windows.size() == 2 && node.channelsLast();
    node.result(
        "torch.conv%dd(%s, %s, %s, %s, %s, %s, %d)"
            .formatted(
                windows.size(),
                plane ? channelsLast(input) : input,
                plane ? channelsLast(node.input(1)) : node.input(1),
                node.optional(2),
                Padding.along(windows, Window::stride),
                Padding.along(windows, w -> alike ? w.before() : 0),
                Padding.along(windows, Window::dilation),
                node.node().whole("group", 1)));
  }

  /// The same tensor with its channels next to each other in memory: PyTorch's kernels for planes
  /// and what follows them are faster so, most of all with few channels.
  private static String channelsLast(String tensor) {
    return "torch.contiguous(%s, memory_format=2)".formatted(tensor);
  }

  /// PyTorch cuts both ends alike; what else is to go is cut afterwards.
  private static void convTranspose(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<Window> windows = node.known().windows();
    String result =
        "torch.conv_transpose%dd(%s, %s, %s, %s, %s, %s, %d, %s)"
            .formatted(
                windows.size(),
                node.input(0),
                node.input(1),
                node.optional(2),
                Padding.along(windows, Window::stride),
                Padding.along(windows, ConvolutionOperations::alike),
                Padding.along(windows, Window::extra),
                node.node().whole("group", 1),
                Padding.along(windows, Window::dilation));
    for (Window w : windows) {
      if (w.before() != w.after()) {
        result =
            "torch.narrow(%s, %d, %d, %d)"
                .formatted(result, w.axis(), w.before() - alike(w), w.output());
      }
    }
    node.result(result);
  }

  private static long alike(Window window) {
    return Math.min(window.before(), window.after());
  }
}

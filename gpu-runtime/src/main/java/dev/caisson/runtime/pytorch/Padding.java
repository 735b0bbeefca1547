package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.shape.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// Lists of numbers along the spatial axes, and padding as PyTorch writes it.
final class Padding {
  private Padding() {}

  static String along(List<Window> windows, ToLongFunction<Window> number) {
    return windows.stream().map(number::applyAsLong).toList().toString();
  }

  /// `input` with `value` around it; as it is where there is nothing to add.
  static String around(
      String input,
      List<Window> windows,
      ToLongFunction<Window> before,
      ToLongFunction<Window> after,
      String value) {
    List<Long> pads = new ArrayList<>();
    for (Window window : windows.reversed()) {
      pads.add(before.applyAsLong(window));
      pads.add(after.applyAsLong(window));
    }
    return pads.stream().allMatch(p -> p == 0)
        ? input
        : "torch.constant_pad_nd(%s, %s, %s)".formatted(input, pads, value);
  }
}

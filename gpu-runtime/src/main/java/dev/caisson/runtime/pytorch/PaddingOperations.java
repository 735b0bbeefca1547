package dev.caisson.runtime.pytorch;

import static dev.caisson.runtime.pytorch.Emission.literal;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Padded;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// What is put around a tensor, or cut off it.
final class PaddingOperations {
  static final Map<String, Operation> TABLE = Map.of("Pad", PaddingOperations::pad);

  private PaddingOperations() {}

  private static void pad(Emission node) throws UnsupportedModelException, InvalidModelException {
    List<Padded> axes = node.known().padded();
    String mode = node.node().text("mode", "constant");
    if (axes.isEmpty()) {
      node.alias(0);
    } else if (mode.equals("constant")) {
      node.result(withConstant(node, axes));
    } else {
      String result = node.input(0);
      for (Padded axis : axes) {
        result = ResizeOperations.selected(node, result, axis.axis(), places(node, axis, mode));
      }
      node.result(result);
    }
  }

  private static String withConstant(Emission node, List<Padded> axes)
      throws UnsupportedModelException, InvalidModelException {
    long[] pads = new long[2 * node.known().input(0).rank()];
    for (Padded axis : axes) {
      int fromEnd = node.known().input(0).rank() - 1 - axis.axis();
      pads[2 * fromEnd] = axis.before();
      pads[2 * fromEnd + 1] = axis.after();
    }
    return "torch.constant_pad_nd(%s, %s, %s)"
        .formatted(node.input(0), Arrays.toString(pads), value(node));
  }

  private static String value(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    if (!node.has(2)) {
      return "0";
    }
    if (!node.known().input(2).isReal()) {
      return Long.toString(node.known().number(2));
    }
    Tensor value =
        node.constant(2)
            .filter(t -> Inferred.isReal(t.type()) && t.elements() == 1)
            .orElseThrow(() -> node.lacks("padding with a number that is computed"));
    float number = value.floats()[0];
    if (Float.isNaN(number)) {
      throw node.lacks("padding with NaN");
    }
    return Float.isInfinite(number) ? (number > 0 ? "inf" : "-inf") : literal(number);
  }

  /// Cutting comes first, then what is left is continued.
  private static List<Long> places(Emission node, Padded axis, String mode)
      throws UnsupportedModelException {
    long start = Math.max(0, -axis.before());
    long size = axis.input() - start - Math.max(0, -axis.after());
    if (size < 1) {
      throw node.lacks("padding of what is cut away whole");
    }
    long first = -Math.max(0, axis.before());
    List<Long> places = new ArrayList<>();
    for (long at : LongStream.range(first, first + axis.output()).toArray()) {
      places.add(
          start
              + switch (mode) {
                case "edge" -> Math.clamp(at, 0, size - 1);
                case "wrap" -> Math.floorMod(at, size);
                case "reflect" -> reflected(at, size);
                default -> throw node.lacks("mode='%s'".formatted(mode));
              });
    }
    return places;
  }

  private static long reflected(long at, long size) {
    if (size == 1) {
      return 0;
    }
    long period = 2 * (size - 1);
    long place = Math.floorMod(at, period);
    return Math.min(place, period - place);
  }
}

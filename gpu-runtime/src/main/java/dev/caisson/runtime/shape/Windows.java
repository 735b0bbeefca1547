package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Reads the settings of a node that walks a kernel over its input: strides, dilations, pads,
/// `auto_pad`, `ceil_mode`, `output_shape`.
final class Windows {
  /// No image or series is longer; keeps every product far below 2^63.
  private static final long MOST = 1L << 24;

  private final Inference node;
  private final List<Dim> dims;
  private final int rank;

  private Windows(Inference node) throws InvalidModelException {
    this.node = node;
    this.dims = node.dims(0);
    this.rank = dims.size() - 2;
  }

  static List<Window> of(Inference node) throws InvalidModelException {
    return new Windows(node).read();
  }

  private List<Window> read() throws InvalidModelException {
    if (rank < 1 || rank > 3) {
      throw node.wrong(
          "%s must have a batch, channels and one to three further dimensions"
              .formatted(node.input(0)));
    }
    boolean transposed = node.node().operation().equals("ConvTranspose");
    List<Long> kernel = kernel();
    List<Long> strides = numbers("strides", rank, 1, 1);
    List<Long> dilations = numbers("dilations", rank, 1, 1);
    List<Long> pads = numbers("pads", 2 * rank, 0, 0);
    List<Long> extras = numbers("output_padding", rank, 0, 0);
    String automatic = node.node().text("auto_pad", "NOTSET");
    List<Window> windows = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      Dim size = dims.get(i + 2);
      if (!size.isFixed() || size.fixed() < 1 || size.fixed() > MOST) {
        throw node.wrong("dimension %d of %s must be known".formatted(i + 2, node.input(0)));
      }
      Window plain =
          new Window(
              i + 2,
              size.fixed(),
              kernel.get(i),
              strides.get(i),
              dilations.get(i),
              pads.get(i),
              pads.get(i + rank),
              extras.get(i),
              0);
      Window window =
          transposed ? transposed(plain, automatic, i) : walking(padded(plain, automatic));
      if (window.output() < 1) {
        throw node.wrong(
            "a kernel that reaches over %d does not fit into dimension %d of %s"
                .formatted(window.reach(), i + 2, node.input(0)));
      }
      windows.add(window);
    }
    return windows;
  }

  /// The kernel's sizes: those of the weight, or the attribute.
  private List<Long> kernel() throws InvalidModelException {
    if (!node.has(1)) {
      if (node.node().wholes("kernel_shape").isEmpty()) {
        throw node.wrong("it has no kernel_shape");
      }
      return numbers("kernel_shape", rank, 1, 1);
    }
    List<Dim> weight = node.dims(1);
    List<Long> sizes = weight.stream().skip(2).map(Dim::fixed).toList();
    List<Long> stated = node.node().wholes("kernel_shape");
    boolean known = weight.stream().allMatch(d -> d.isFixed() && d.fixed() >= 1);
    if (!known || sizes.size() != rank || !(stated.isEmpty() || stated.equals(sizes))) {
      throw node.wrong(
          "a kernel of %s%s does not suit %s"
              .formatted(
                  node.input(1),
                  stated.isEmpty() ? "" : " with kernel_shape " + stated,
                  node.input(0)));
    }
    return sizes;
  }

  private List<Long> numbers(String attribute, int count, long otherwise, long least)
      throws InvalidModelException {
    List<Long> numbers = node.node().wholes(attribute);
    if (numbers.isEmpty()) {
      return Collections.nCopies(count, otherwise);
    }
    if (numbers.size() != count || numbers.stream().anyMatch(n -> n < least || n > MOST)) {
      throw node.wrong(
          "%s must be %d numbers, each %d or more and at most 2^24, got %s"
              .formatted(attribute, count, least, numbers));
    }
    return numbers;
  }

  private Window padded(Window w, String automatic) throws InvalidModelException {
    return switch (automatic) {
      case "NOTSET" -> w;
      case "VALID" -> w.withPads(0, 0, 0);
      case "SAME_UPPER", "SAME_LOWER" -> {
        long places = Math.ceilDiv(w.input(), w.stride());
        long total = Math.max(0, (places - 1) * w.stride() + w.reach() - w.input());
        long start = automatic.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        yield w.withPads(start, total - start, 0);
      }
      default -> throw unknown(automatic);
    };
  }

  private InvalidModelException unknown(String automatic) {
    return node.wrong("auto_pad='%s' is not one of ONNX's".formatted(automatic));
  }

  private Window walking(Window w) throws InvalidModelException {
    long room = w.input() + w.before() + w.after() - w.reach();
    if (room < 0) {
      return w;
    }
    long places = room / w.stride() + 1;
    if (node.node().whole("ceil_mode", 0) != 0) {
      places = Math.ceilDiv(room, w.stride()) + 1;
      // A last place that would start in the padding at the end does not count.
      if ((places - 1) * w.stride() >= w.input() + w.before()) {
        places--;
      }
    }
    return w.withPads(w.before(), w.after(), places);
  }

  private Window transposed(Window w, String automatic, int i) throws InvalidModelException {
    long whole = w.stride() * (w.input() - 1) + w.extra() + w.reach();
    List<Long> wanted = node.node().wholes("output_shape");
    long output;
    if (!wanted.isEmpty()) {
      // Some files list the batch and the channels too.
      output = numbers("output_shape", wanted.size(), 1, 1).get(wanted.size() - rank + i);
    } else {
      switch (automatic) {
        case "NOTSET" -> {
          return w.withPads(w.before(), w.after(), whole - w.before() - w.after());
        }
        case "VALID" -> {
          return w.withPads(0, 0, whole);
        }
        case "SAME_UPPER", "SAME_LOWER" -> output = w.input() * w.stride();
        default -> throw unknown(automatic);
      }
    }
    long total = whole - output;
    if (total < 0) {
      return new Window(
          w.axis(),
          w.input(),
          w.kernel(),
          w.stride(),
          w.dilation(),
          0,
          0,
          w.extra() - total,
          output);
    }
    long start = automatic.equals("SAME_UPPER") ? total / 2 : total - total / 2;
    return w.withPads(start, total - start, output);
  }
}

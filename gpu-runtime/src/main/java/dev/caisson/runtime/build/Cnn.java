package dev.caisson.runtime.build;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Convolutions, each with activation and max pooling, then linear layers: images (`extent` =
/// height, width) or series (`extent` = length). Input `features` `[N × channels × extent]`.
///
/// A convolution keeps the extent (it pads with zeros); pooling divides it, rounding down. Weights
/// and biases are drawn as PyTorch's `nn.Conv` and `nn.Linear` do: uniform within 1/√(numbers that
/// enter).
///
/// @param convolutions output channels of each
/// @param kernel its side, odd
/// @param pooling side and step of max pooling; 1 for none
/// @param dense widths of the linear layers before the last
/// @param dropout after each of those, in training
public record Cnn(
    int channels,
    List<Integer> extent,
    List<Integer> convolutions,
    int kernel,
    int pooling,
    List<Integer> dense,
    int outputs,
    Activation activation,
    double dropout,
    long seed)
    implements Architecture {
  private static final int MOST_CHANNELS = 4096;

  public Cnn {
    extent = List.copyOf(extent);
    convolutions = List.copyOf(convolutions);
    dense = List.copyOf(dense);
    Sizes.require("channels", channels, MOST_CHANNELS);
    Sizes.require("extent", extent, 1, 2, Sizes.WIDEST);
    Sizes.requireRow(channels, extent.getFirst(), extent.size() == 2 ? extent.getLast() : 1);
    Sizes.require("convolutions", convolutions, 1, 32, MOST_CHANNELS);
    Sizes.require("kernel", kernel, 31);
    Sizes.require("pooling", pooling, 16);
    Sizes.require("dense", dense, 0, 16, Sizes.WIDEST);
    Sizes.require("outputs", outputs, Sizes.WIDEST);
    Sizes.requireDropout(dropout);
    if (kernel % 2 == 0) {
      throw new IllegalArgumentException("kernel must be odd, got " + kernel);
    }
    List<Integer> left = pooled(extent, pooling, convolutions.size());
    if (left.contains(0)) {
      throw new IllegalArgumentException(
          "%d times pooling by %d leaves nothing of %s; use fewer convolutions or less pooling"
              .formatted(convolutions.size(), pooling, extent));
    }
  }

  @Override
  public long weights() {
    return draft().weights();
  }

  @Override
  public OnnxModel build() {
    return draft().finish("cnn", outputs, seed);
  }

  private Draft draft() {
    Draft draft = new Draft(ValueInfo.of("features", ElementType.FLOAT, rows()));
    draft.planDropout(dropout);
    int before = channels;
    int layer = 1;
    for (int width : convolutions) {
      convolution(draft, "conv" + layer, before, width);
      draft.node("conv" + layer + ".act", activation.operation(), Map.of(), draft.last());
      if (pooling > 1) {
        draft.node(
            "pool" + layer,
            "MaxPool",
            Map.of("kernel_shape", each(pooling), "strides", each(pooling)),
            draft.last());
      }
      before = width;
      layer++;
    }
    draft.node("flat", "Flatten", Map.of("axis", new Attribute.Whole(1)), draft.last());
    long flat = before;
    for (int side : pooled(extent, pooling, convolutions.size())) {
      flat *= side;
    }
    Draft.requireAffordable(flat); // a linear layer has as many weights at least
    draft.head((int) flat, dense, outputs, activation, dropout);
    return draft;
  }

  private void convolution(Draft draft, String name, int from, int to) {
    List<Long> shape = new ArrayList<>(List.of((long) to, (long) from));
    extent.forEach(side -> shape.add((long) kernel));
    Start start = Start.byInputs(from * (int) Math.pow(kernel, extent.size()));
    String weight =
        draft.weight(name + ".weight", start, shape.stream().mapToLong(Long::longValue).toArray());
    String bias = draft.weight(name + ".bias", start, to);
    long pad = kernel / 2;
    draft.node(
        name,
        "Conv",
        Map.of(
            "kernel_shape",
            each(kernel),
            "pads",
            new Attribute.Wholes(Collections.nCopies(2 * extent.size(), pad))),
        draft.last(),
        weight,
        bias);
  }

  private Attribute each(long value) {
    return new Attribute.Wholes(Collections.nCopies(extent.size(), value));
  }

  private Shape rows() {
    List<Long> shape = new ArrayList<>(List.of(Shape.FREE, (long) channels));
    extent.forEach(side -> shape.add((long) side));
    return new Shape(shape);
  }

  private static List<Integer> pooled(List<Integer> extent, int pooling, int times) {
    List<Integer> sides = new ArrayList<>(extent);
    for (int i = 0; i < times; i++) {
      sides.replaceAll(side -> side / pooling);
    }
    return sides;
  }
}

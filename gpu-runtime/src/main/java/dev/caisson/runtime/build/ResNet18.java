package dev.caisson.runtime.build;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// The 18-layer residual network of He et al. 2016, arranged as torchvision's: input `features` `[N
/// × channels × size × size]`. Up to 64 pixels the stem is one 3×3 convolution that keeps the size
/// (the paper's CIFAR stem), above it 7×7 by steps of 2 and max pooling.
///
/// Convolutions have no bias and are drawn normal with variance 2 / (numbers that leave), scales of
/// BatchNormalization are 1 and shifts 0, the last layer is drawn as `nn.Linear`: all as
/// torchvision does. BatchNormalization keeps running statistics, means of 0 and variances of 1 at
/// first.
///
/// @param width channels of the first stage (64 in the paper); later stages double it
public record ResNet18(int channels, int size, int width, int outputs, long seed)
    implements Architecture {
  /// Sides up to this get the small stem.
  private static final int SMALL = 64;

  private static final int STAGES = 4;

  public ResNet18 {
    Sizes.require("channels", channels, 4096);
    Sizes.require("size", size, 2048);
    Sizes.require("width", width, 512);
    Sizes.require("outputs", outputs, Sizes.WIDEST);
    Sizes.requireRow(channels, size, size);
    if (size < 8) {
      throw new IllegalArgumentException("size must be 8..2048, got " + size);
    }
  }

  @Override
  public long weights() {
    return draft().weights();
  }

  @Override
  public OnnxModel build() {
    return draft().finish("resnet18", outputs, seed);
  }

  private Draft draft() {
    Draft draft =
        new Draft(
            ValueInfo.of(
                "features", ElementType.FLOAT, Shape.of(Shape.FREE, channels, size, size)));
    stem(draft);
    int before = width;
    for (int stage = 1; stage <= STAGES; stage++) {
      int to = width << (stage - 1);
      block(draft, "layer%d.0".formatted(stage), before, to, stage == 1 ? 1 : 2);
      block(draft, "layer%d.1".formatted(stage), to, to, 1);
      before = to;
    }
    draft.node("pool", "GlobalAveragePool", Map.of(), draft.last());
    draft.node("flat", "Flatten", Map.of("axis", new Attribute.Whole(1)), draft.last());
    draft.head(before, List.of(), outputs, Activation.RELU, 0);
    return draft;
  }

  private void stem(Draft draft) {
    boolean small = size <= SMALL;
    convolution(draft, "conv1", channels, width, small ? 3 : 7, small ? 1 : 2);
    normalise(draft, "bn1", width);
    relu(draft, "relu1");
    if (!small) {
      draft.node(
          "maxpool",
          "MaxPool",
          Map.of("kernel_shape", each(2, 3), "strides", each(2, 2), "pads", each(4, 1)),
          draft.last());
    }
  }

  private static void block(Draft draft, String name, int from, int to, int step) {
    String shortcut = draft.last();
    convolution(draft, name + ".conv1", from, to, 3, step);
    normalise(draft, name + ".bn1", to);
    relu(draft, name + ".relu1");
    convolution(draft, name + ".conv2", to, to, 3, 1);
    String straight = normalise(draft, name + ".bn2", to);
    if (step > 1 || from != to) {
      convolution(draft, name + ".downsample.0", shortcut, from, to, 1, step);
      shortcut = normalise(draft, name + ".downsample.1", to);
    }
    draft.node(name + ".add", "Add", Map.of(), straight, shortcut);
    relu(draft, name + ".relu2");
  }

  private static void convolution(
      Draft draft, String name, int from, int to, int kernel, int step) {
    convolution(draft, name, draft.last(), from, to, kernel, step);
  }

  private static void convolution(
      Draft draft, String name, String input, int from, int to, int kernel, int step) {
    draft.node(
        name,
        "Conv",
        Map.of(
            "kernel_shape", each(2, kernel), "strides", each(2, step), "pads", each(4, kernel / 2)),
        input,
        draft.weight(name + ".weight", Start.he(to * kernel * kernel), to, from, kernel, kernel));
  }

  /// In a file, BatchNormalization always stands as it scores; a trainer uses the batch instead.
  private static String normalise(Draft draft, String name, int channels) {
    return draft.node(
        name,
        "BatchNormalization",
        Map.of("epsilon", new Attribute.Real(1e-5f), "momentum", new Attribute.Real(0.9f)),
        draft.last(),
        draft.weight(name + ".weight", new Start.Same(1), channels),
        draft.weight(name + ".bias", new Start.Same(0), channels),
        draft.statistic(name + ".running_mean", 0, channels),
        draft.statistic(name + ".running_var", 1, channels));
  }

  private static void relu(Draft draft, String name) {
    draft.node(name, "Relu", Map.of(), draft.last());
  }

  private static Attribute each(int times, long value) {
    return new Attribute.Wholes(Collections.nCopies(times, value));
  }
}

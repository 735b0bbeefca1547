package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.List;
import java.util.Map;

/// Normalisations. Their outputs have the shape of their input.
final class NormalisingRules {
  static final Map<String, Rule> TABLE =
      Map.of(
          "BatchNormalization", NormalisingRules::batch,
          "GroupNormalization", NormalisingRules::group,
          "InstanceNormalization", NormalisingRules::instance,
          "LayerNormalization", NormalisingRules::layer,
          "LRN", NormalisingRules::acrossChannels,
          "MeanVarianceNormalization", NormalisingRules::meanVariance);

  private NormalisingRules() {}

  /// Passes the first input's type and shape on.
  private static void same(Inference node) throws InvalidModelException {
    Inferred in = node.input(0);
    if (!in.isReal()) {
      throw node.wrong("it takes real numbers, not " + in);
    }
    node.result(in.type(), in.dims());
  }

  private static Dim channels(Inference node, int leastRank) throws InvalidModelException {
    List<Dim> dims = node.dims(0);
    if (dims.size() < leastRank || !dims.get(1).isFixed() || dims.get(1).fixed() < 1) {
      throw node.wrong(
          "%s must have %d dimensions or more, the second for channels"
              .formatted(node.input(0), leastRank));
    }
    return dims.get(1);
  }

  private static void requireList(Inference node, int position, Dim size)
      throws InvalidModelException {
    if (!node.dims(position).equals(List.of(size))) {
      throw node.wrong(
          "input %d is %s, it must be %s numbers".formatted(position, node.input(position), size));
    }
  }

  private static void batch(Inference node) throws InvalidModelException {
    Dim channels = channels(node, 2);
    for (int position = 1; position <= 4; position++) {
      requireList(node, position, channels);
    }
    same(node);
    for (int output = 1; output < node.outputs(); output++) {
      node.result(output, Inferred.of(node.input(0).type(), List.of(channels)));
    }
  }

  private static void group(Inference node) throws InvalidModelException {
    Dim channels = channels(node, 2);
    long groups = node.node().whole("num_groups", 0);
    if (groups < 1 || channels.fixed() % groups != 0) {
      throw node.wrong("num_groups=%d does not divide %s channels".formatted(groups, channels));
    }
    // Opset 21 corrected the operation: one scale for each channel instead of each group.
    Dim scales = node.opset() < 21 ? Dim.of(groups) : channels;
    requireList(node, 1, scales);
    requireList(node, 2, scales);
    same(node);
  }

  private static void instance(Inference node) throws InvalidModelException {
    Dim channels = channels(node, 3);
    requireList(node, 1, channels);
    requireList(node, 2, channels);
    same(node);
  }

  private static void layer(Inference node) throws InvalidModelException {
    List<Dim> dims = node.dims(0);
    int axis = node.axis("axis", -1, dims.size());
    List<Dim> normalised = dims.subList(axis, dims.size());
    if (!normalised.stream().allMatch(Dim::isFixed)) {
      throw node.wrong("it would normalise over the batch of " + node.input(0));
    }
    for (int position = 1; position <= 2 && node.has(position); position++) {
      if (!node.broadcast(normalised, node.dims(position)).equals(normalised)) {
        throw node.wrong(
            "input %d is %s, it must suit %s"
                .formatted(position, node.input(position), Dim.words(normalised)));
      }
    }
    same(node);
    for (int output = 1; output < node.outputs(); output++) {
      List<Dim> each = new java.util.ArrayList<>(dims.subList(0, axis));
      normalised.forEach(dim -> each.add(Dim.ONE));
      node.result(output, Inferred.of(node.input(0).type(), each));
    }
  }

  private static void acrossChannels(Inference node) throws InvalidModelException {
    channels(node, 3);
    long size = node.node().whole("size", 0);
    if (size < 1 || size > 1 << 20) {
      throw node.wrong("size must be 1..2^20, got " + size);
    }
    List<Dim> padded = new java.util.ArrayList<>(node.dims(0));
    padded.set(1, padded.get(1).plus(Dim.of(size)));
    node.makes(padded);
    padded.add(Dim.of(size));
    node.works(padded);
    same(node);
  }

  private static void meanVariance(Inference node) throws InvalidModelException {
    for (long axis : node.node().wholes("axes")) {
      node.axis(axis, node.input(0).rank());
    }
    if (node.node().wholes("axes").isEmpty() && node.input(0).rank() != 4) {
      throw node.wrong("the default axes are those of images, not of " + node.input(0));
    }
    same(node);
  }
}

package dev.caisson.runtime.pytorch;

import static dev.caisson.runtime.pytorch.Emission.literal;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Normalisations.
final class NormalisingOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "BatchNormalization", NormalisingOperations::batch,
          "GroupNormalization", NormalisingOperations::group,
          "InstanceNormalization", NormalisingOperations::instance,
          "LayerNormalization", NormalisingOperations::layer,
          "LRN", NormalisingOperations::acrossChannels,
          "MeanVarianceNormalization", NormalisingOperations::meanVariance);

  private NormalisingOperations() {}

  private static String epsilon(Emission node) throws InvalidModelException {
    return literal(node.node().real("epsilon", 1e-5f));
  }

  private static void requireOneOutput(Emission node) throws UnsupportedModelException {
    for (int output = 1; output < node.node().outputs().size(); output++) {
      if (node.gives(output)) {
        throw node.lacks("the further output '%s'".formatted(node.node().outputs().get(output)));
      }
    }
  }

  /// By the statistics of the batch when training, which move the running ones; by these when
  /// scoring, and always where the file holds them as constants.
  ///
  /// As in PyTorch, the running variance follows the unbiased variance of the batch (ONNX's
  /// `training_mode` follows the biased one), and ONNX's momentum counts what is kept. Unlike in
  /// PyTorch, which stops there, a batch with one number per channel is normalised by the running
  /// statistics and leaves them alone: an epoch's last batch of one row must not end a round.
  private static void batch(Emission node) throws UnsupportedModelException, InvalidModelException {
    if (node.node().whole("training_mode", 0) != 0) {
      throw node.lacks(
          "training_mode=1, which would normalise by the batch in scoring too; export with training_mode 0, training follows the batch by itself");
    }
    requireOneOutput(node);
    boolean follows = node.training() && node.isStatistic(3) && node.isStatistic(4);
    node.result(
        "torch.batch_norm(%s, %s, %s, %s, %s, %s, %s, %s, False)"
            .formatted(
                node.input(0),
                node.input(1),
                node.input(2),
                node.input(3),
                node.input(4),
                follows ? severalPerChannel(node.known().dims(0)) : "False",
                literal(1.0 - node.node().real("momentum", 0.9f)),
                epsilon(node)));
  }

  private static String severalPerChannel(List<Dim> dims) {
    boolean always =
        dims.getFirst().at(1) > 1
            || dims.subList(2, dims.size()).stream().anyMatch(d -> !d.isFixed() || d.fixed() > 1);
    return always ? "True" : "torch.gt(%s, 1)".formatted(Emission.size(dims.getFirst()));
  }

  private static void group(Emission node) throws UnsupportedModelException, InvalidModelException {
    long groups = node.node().whole("num_groups", 1);
    long channels = node.known().dims(0).get(1).fixed();
    node.result(
        "torch.group_norm(%s, %d, %s, %s, %s, False)"
            .formatted(
                node.input(0),
                groups,
                perChannel(node, 1, groups, channels),
                perChannel(node, 2, groups, channels),
                epsilon(node)));
  }

  /// Before opset 21 there is one number for each group.
  private static String perChannel(Emission node, int position, long groups, long channels)
      throws UnsupportedModelException, InvalidModelException {
    return node.known().dims(position).getFirst().is(channels)
        ? node.input(position)
        : "torch.reshape(torch.expand(torch.unsqueeze(%s, 1), [%d, %d]), [-1])"
            .formatted(node.input(position), groups, channels / groups);
  }

  private static void instance(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    node.result(
        "torch.instance_norm(%s, %s, %s, None, None, True, 0.0, %s, False)"
            .formatted(node.input(0), node.input(1), node.input(2), epsilon(node)));
  }

  private static void layer(Emission node) throws UnsupportedModelException, InvalidModelException {
    List<Dim> dims = node.known().dims(0);
    int axis = node.known().axis("axis", -1, dims.size());
    List<Dim> normalised = dims.subList(axis, dims.size());
    if (node.gives(0)) {
      node.result(layerOutput(node, normalised));
    }
    if (node.gives(1) || node.gives(2)) {
      layerStatistics(node, IntStream.range(axis, dims.size()).boxed().toList());
    }
  }

  /// PyTorch's kernel takes a scale and a bias of the whole normalised shape; others come after it.
  private static String layerOutput(Emission node, List<Dim> normalised)
      throws UnsupportedModelException, InvalidModelException {
    boolean whole = true;
    for (int position = 1; position <= 2 && node.has(position); position++) {
      whole &= node.known().dims(position).equals(normalised);
    }
    String result =
        "torch.layer_norm(%s, %s, %s, %s, %s, False)"
            .formatted(
                node.input(0),
                Emission.sizes(normalised),
                whole ? node.optional(1) : "None",
                whole ? node.optional(2) : "None",
                epsilon(node));
    if (whole) {
      return result;
    }
    result = "torch.mul(%s, %s)".formatted(result, node.input(1));
    return node.has(2) ? "torch.add(%s, %s)".formatted(result, node.input(2)) : result;
  }

  /// The further outputs: the mean, and one over the standard deviation.
  private static void layerStatistics(Emission node, List<Integer> axes)
      throws UnsupportedModelException, InvalidModelException {
    String x = node.input(0);
    String mean = node.local("torch.mean(%s, %s, True)".formatted(x, axes));
    if (node.gives(1)) {
      node.result(1, mean);
    }
    if (node.gives(2)) {
      node.result(
          2,
          "torch.rsqrt(torch.add(torch.mean(torch.square(torch.sub(%s, %s)), %s, True), %s))"
              .formatted(x, mean, axes, epsilon(node)));
    }
  }

  /// x / (bias + alpha · mean of the neighbours' squares) ^ beta; the mean divides by `size` at the
  /// borders too.
  private static void acrossChannels(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    long size = node.node().whole("size", 1);
    List<Dim> dims = node.known().dims(0);
    String x = node.input(0);
    String squares =
        "torch.reshape(torch.square(%s), [%s, 1, %s, -1])"
            .formatted(x, Emission.size(dims.getFirst()), Emission.size(dims.get(1)));
    String padded =
        "torch.constant_pad_nd(%s, [0, 0, %d, %d], 0.0)"
            .formatted(squares, (size - 1) / 2, size / 2);
    String means = "torch.avg_pool2d(%s, [%d, 1], [1, 1])".formatted(padded, size);
    node.result(
        "torch.div(%s, torch.pow(torch.add(torch.mul(torch.reshape(%s, torch.size(%s)), %s), %s), %s))"
            .formatted(
                x,
                means,
                x,
                literal(node.node().real("alpha", 1e-4f)),
                literal(node.node().real("bias", 1)),
                literal(node.node().real("beta", 0.75f))));
  }

  private static void meanVariance(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<Long> named = node.node().wholes("axes");
    List<Long> axes = named.isEmpty() ? List.of(0L, 2L, 3L) : named;
    String x = node.input(0);
    String centred = node.local("torch.sub(%1$s, torch.mean(%1$s, %2$s, True))".formatted(x, axes));
    node.result(
        "torch.div(%1$s, torch.add(torch.sqrt(torch.mean(torch.square(%1$s), %2$s, True)), 1e-09))"
            .formatted(centred, axes));
  }
}

package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;

/// Normalisation over the batch, by our own [BatchNormalisation].
final class NormalisingOperations {
  static final Map<String, Operation> TABLE =
      Map.of("BatchNormalization", NormalisingOperations::batch);

  private NormalisingOperations() {}

  private static void batch(Site node) throws UnsupportedModelException, InvalidModelException {
    if (node.node().whole("training_mode", 0) != 0) {
      throw node.lacks(
          "training_mode=1, which would normalise by the batch in scoring too; export with training_mode 0, training follows the batch by itself");
    }
    for (int output = 1; output < node.node().outputs().size(); output++) {
      if (node.gives(output)) {
        throw node.lacks("the further output '%s'".formatted(node.node().outputs().get(output)));
      }
    }
    BatchNormalisation code =
        new BatchNormalisation(
            node.placed(1),
            node.placed(2),
            node.placed(3),
            node.placed(4),
            node.isStatistic(3) && node.isStatistic(4),
            1.0 - node.node().real("momentum", 0.9f),
            node.node().real("epsilon", 1e-5f),
            node.state());
    node.live(node.own(code, node.live(0).vertex()));
  }
}

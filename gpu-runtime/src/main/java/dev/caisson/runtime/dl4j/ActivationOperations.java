package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/// Nonlinear functions of one tensor: DL4J's activation layer, or our own.
final class ActivationOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Relu", node -> activation(node, new ActivationReLU()),
          "Sigmoid", node -> activation(node, new ActivationSigmoid()),
          "Tanh", node -> activation(node, new ActivationTanH()),
          "Softplus", node -> node.live(node.own(new Softplus(), node.live(0).vertex())),
          "Softsign", node -> activation(node, new ActivationSoftSign()),
          "LeakyRelu", node -> activation(node, new ActivationLReLU(alpha(node, 0.01f))),
          "Elu", ActivationOperations::elu);

  private ActivationOperations() {}

  private static void elu(Site node) throws UnsupportedModelException, InvalidModelException {
    node.live(node.own(new Elu((float) alpha(node, 1)), node.live(0).vertex()));
  }

  private static double alpha(Site node, float otherwise) throws InvalidModelException {
    return node.node().real("alpha", otherwise);
  }

  private static void activation(Site node, IActivation function) throws UnsupportedModelException {
    node.live(node.layer(new ActivationLayer(function), node.live(0).vertex()));
  }
}

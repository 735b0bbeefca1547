package dev.caisson.runtime.build;

import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;

/// A kind of model with its sizes: all that is needed to make the file. Equal ones give equal
/// bytes, on every machine. The output is `logits` `[N × outputs]`.
///
/// To add a kind: a record here, a line in `SpecReader`, a test against ONNX Runtime.
public sealed interface Architecture permits ModelSpec, Cnn, ResNet18, Transformer {
  /// As many trainable numbers as a built model may have (2^26, 256 MiB of floats).
  long MOST_WEIGHTS = 1 << 26;

  /// As many as one that is packed may have: what a round sums at most, less room for metrics.
  long MOST_PACKED = (1 << 30) - (1 << 10);

  /// Draws the first weights.
  long seed();

  /// Trainable numbers, the running statistics of BatchNormalization not counted.
  long weights();

  /// The model, with weights drawn from the seed. More than [#MOST_WEIGHTS] trainable numbers are
  /// an `IllegalArgumentException`, before anything of that size is allocated.
  OnnxModel build();

  /// Reads a spec: `kind` (`mlp`, `logistic`, `cnn`, `resnet18` or `transformer`) and the sizes of
  /// that kind, spelt as in the records with dashes (`feed-forward`).
  static Architecture read(YamlNode spec) throws BadYamlException {
    return SpecReader.read(spec);
  }
}

package dev.caisson.client;

import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.dataset.HoldOut;
import dev.caisson.dataset.Samples;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Made-up persons and a plan for them, from fixed seeds.
public final class Made {
  public static final Digest DATASET = Digest.ofText("a dataset description");

  private Made() {}

  /// A plan for sites a, b, c and d over two features, with some words replaced, each by the one
  /// after it.
  public static StudyPlan plan(String... bends) {
    String text =
        """
        version: caisson/study/v1
        name: small
        project: trial
        sites: [a, b, c, d]
        rounds: 2
        seed: 7
        dataset: %s
        hold-out: {fraction: 0.3}
        model: {kind: logistic, inputs: 2}
        training: {epochs: 1, batch: 16, optimiser: sgd, learning-rate: 0.1}
        aggregation:
          threshold: 3
          clip-norm: 2
          weights: {mode: fixed-denominator, maximum: 500, denominator: 300}
          upload-after-ms: 0
          seconds-per-round: 30
        audit: {smallest-cell: 5, max-persons: 500}
        """
            .formatted(DATASET);
    for (int i = 0; i < bends.length; i += 2) {
      text = text.replace(bends[i], bends[i + 1]);
    }
    try {
      return PlanReader.read("plan", text.getBytes(StandardCharsets.UTF_8));
    } catch (BadYamlException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /// Persons with two features; the first one, with noise, decides the label.
  public static Samples persons(int rows) {
    SplittableRandom random = new SplittableRandom(5);
    List<String> ids = new ArrayList<>();
    float[] features = new float[rows * 2];
    float[] labels = new float[rows];
    for (int i = 0; i < rows; i++) {
      ids.add("person-" + i);
      features[2 * i] = (float) random.nextGaussian();
      features[2 * i + 1] = (float) random.nextGaussian();
      labels[i] = features[2 * i] + random.nextGaussian() > 0 ? 1 : 0;
    }
    return new Samples(ids, 2, features, labels);
  }

  /// The plan's study over 120 persons, of whom a fresh key chooses the held out.
  public static LocalStudy study(String name, StudyPlan plan) {
    return study(name, plan, PlannedModel.of(plan.model().orElseThrow(), plan.seed()));
  }

  /// The same with a normalisation of the features before a logistic regression.
  public static LocalStudy normalised(String name, StudyPlan plan) throws InvalidModelException {
    List<String> inputs = List.of("x", "scale", "shift", "mean", "variance");
    return study(
        name,
        plan,
        OnnxModel.of(
            new Graph(
                "g",
                List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, 2))),
                List.of(ValueInfo.of("y", ElementType.FLOAT, Shape.of(Shape.FREE, 1))),
                List.of(
                    new Node("norm", "BatchNormalization", inputs, List.of("n"), Map.of()),
                    new Node("last", "MatMul", List.of("n", "w"), List.of("y"), Map.of())),
                List.of(
                    Tensor.ofFloats("scale", Shape.of(2), new float[] {1, 1}),
                    Tensor.ofFloats("shift", Shape.of(2), new float[] {0, 0}),
                    Tensor.ofFloats("mean", Shape.of(2), new float[] {0, 0}),
                    Tensor.ofFloats("variance", Shape.of(2), new float[] {1, 1}),
                    Tensor.ofFloats("w", Shape.of(2, 1), new float[] {1, -1}))),
            20));
  }

  private static LocalStudy study(String name, StudyPlan plan, OnnxModel model) {
    try (SplitKey key = SplitKey.generate();
        HoldOut holdOut = key.holdOut(plan.digest(), plan.holdOutFraction())) {
      return new LocalStudy(
          name, plan, model, holdOut.split(persons(120), 1), holdOut.commitment());
    } catch (HoldOut.TooSmallException e) {
      // a chance below 0.7^120
      throw new IllegalStateException(e);
    }
  }
}

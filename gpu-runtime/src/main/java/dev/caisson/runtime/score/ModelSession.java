package dev.caisson.runtime.score;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.ScoringGraph;
import java.util.List;
import java.util.Optional;

/// Any ONNX model opened for scoring, wherever it comes from: networks by PyTorch or Keras,
/// pipelines by scikit-learn, boosted trees by XGBoost or LightGBM. Rows of floats in, rows of
/// floats out; texts go in by dictionaries. The output that tells most is read, as [Head] says.
///
/// Opened from bytes alone: numbers in other files are refused. Memory is O(batch) beside the
/// caller's arrays; the same rows give the same bits for one number of threads. Not guaranteed:
/// that hostile bytes cannot crash ONNX Runtime; scan a file before it is opened. One thread at a
/// time; close it, for its memory is native.
public final class ModelSession implements AutoCloseable {
  private final NativeModel model;
  private final Head head;

  private ModelSession(NativeModel model, Head head) {
    this.model = model;
    this.head = head;
  }

  /// Opens a model.
  ///
  /// @param output the output to read, in place of the one that tells most
  /// @param threads for the model's operations; 1 is right for small models
  public static ModelSession open(byte[] onnx, Optional<String> output, int threads)
      throws InvalidModelException {
    ScoringGraph graph = ScoringGraph.of(onnx, output, true);
    NativeModel model = NativeModel.open(graph.bytes(), threads);
    if (graph.onlyForOneOutput() && model.outputs() != 1) {
      model.close();
      graph = ScoringGraph.of(onnx, output, false);
      model = NativeModel.open(graph.bytes(), threads);
    }
    return new ModelSession(model, head(graph, model.outputs()));
  }

  private static Head head(ScoringGraph graph, int outputs) {
    int classes = graph.classes().size();
    boolean fit = classes == outputs || (outputs == 1 && classes == 2);
    return new Head(
        graph.meaning(), fit ? graph.classes() : List.of(), graph.trees(), graph.words());
  }

  /// The inputs in the model's order, which is that of a row's numbers.
  public List<ModelInput> inputs() {
    return model.inputs();
  }

  /// How many numbers a row has on the way in: the sum of the inputs' widths.
  public int features() {
    return model.features();
  }

  /// How many numbers a row has on the way out.
  public int outputs() {
    return model.outputs();
  }

  /// What they mean.
  public Head head() {
    return head;
  }

  /// Scores `count` rows.
  ///
  /// A cell that its input cannot take (a fraction or nothing for a whole number, a place without a
  /// text) is an `IllegalArgumentException` that names the row; nothing is rounded here. A text or
  /// number that the model itself refuses, as encoders may, is a [ScoringException].
  ///
  /// @param rows row after row, `count × features` numbers; NaN is a missing value
  /// @param texts for each position of a TEXT input its texts, for others anything; may be empty if
  ///   there is no such input
  /// @return row after row, `count × outputs` numbers; what the model computes, even if not finite
  public float[] score(float[] rows, int count, List<List<String>> texts) {
    return model.score(rows, count, texts);
  }

  @Override
  public void close() {
    model.close();
  }
}

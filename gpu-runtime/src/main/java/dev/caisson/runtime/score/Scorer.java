package dev.caisson.runtime.score;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A model opened for scoring: rows of floats in, rows of floats out (logits, where the graph ends
/// in logits). A row is the numbers of all inputs, one input after the other; the first output's
/// numbers for a row are given one after the other.
///
/// Memory is O(batch), not O(rows), beside the caller's arrays. The same rows give the same bits
/// for one thread count. One thread at a time; close it, for its memory is native.
public final class Scorer implements AutoCloseable {
  /// Rows per native call: large enough to hide the call, small enough for the cache.
  private static final int BATCH = 4096;

  /// Numbers of input per native call, for wide rows.
  private static final int NUMBERS = 1 << 20;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<Feed> feeds = new ArrayList<>();
  private final String output;
  private final int features;
  private final int batch;
  private final boolean fixedBatch;
  private final int outputs;

  private Scorer(OrtEnvironment environment, OrtSession session)
      throws OrtException, InvalidModelException {
    this.environment = environment;
    this.session = session;
    int width = 0;
    long fixed = -1;
    for (var input : session.getInputInfo().entrySet()) {
      Feed feed = Feed.of(input.getKey(), input.getValue(), width);
      feeds.add(feed);
      width = feed.end();
      fixed = Math.max(fixed, feed.fixedRows());
    }
    if (feeds.isEmpty()) {
      throw new InvalidModelException("the model has no input");
    }
    if (fixed > 1 << 20) {
      throw new InvalidModelException("the model wants exactly %d rows a call".formatted(fixed));
    }
    this.output = session.getOutputNames().iterator().next();
    requireFloats(session.getOutputInfo(), output);
    this.features = width;
    this.fixedBatch = fixed > 0;
    this.batch = fixedBatch ? (int) fixed : Math.clamp(NUMBERS / width, 1, BATCH);
    feeds.forEach(feed -> feed.allocate(batch));
    this.outputs = probe();
  }

  /// Opens a model with `threads` threads for its operations (1 is right for small models).
  public static Scorer open(OnnxModel model, int threads) throws InvalidModelException {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads must be 1..1024, got " + threads);
    }
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "caisson");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      environment.setTelemetry(false);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      OrtSession session = environment.createSession(model.inOneFile().bytes(), options);
      try {
        return new Scorer(environment, session);
      } catch (InvalidModelException | OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new InvalidModelException("ONNX Runtime refuses this model: " + e.getMessage(), e);
    }
  }

  private static void requireFloats(Map<String, NodeInfo> values, String name)
      throws InvalidModelException {
    NodeInfo node = values.get(name);
    if (node == null
        || !(node.getInfo() instanceof TensorInfo info)
        || info.type != OnnxJavaType.FLOAT) {
      throw new InvalidModelException("output '%s' must be a float tensor".formatted(name));
    }
  }

  /// How many numbers a row has on the way in.
  public int features() {
    return features;
  }

  /// How many numbers a row has on the way out.
  public int outputs() {
    return outputs;
  }

  /// Scores `rows` rows.
  ///
  /// @param x row after row, `rows × features` numbers
  /// @return row after row, `rows × outputs` numbers; what the model computes, even if not finite
  public float[] logits(float[] x, int rows) {
    if (rows < 0 || x.length != Math.multiplyExact((long) rows, (long) features)) {
      throw new IllegalArgumentException(
          "%d rows of %d features are %d numbers, got %d"
              .formatted(rows, features, (long) rows * features, x.length));
    }
    float[] scores = new float[Math.multiplyExact(rows, outputs)];
    try {
      for (int done = 0; done < rows; done += batch) {
        int count = Math.min(batch, rows - done);
        score(x, done, count, scores);
      }
    } catch (OrtException e) {
      throw new ScoringException("ONNX Runtime failed while scoring: " + e.getMessage(), e);
    }
    return scores;
  }

  private void score(float[] x, int first, int count, float[] scores) throws OrtException {
    int fed = fixedBatch ? batch : count;
    float[] out = run(x, first, count, fed);
    if (out.length != fed * outputs) {
      throw new ScoringException(
          "output '%s' has %d numbers for %d rows, expected %d"
              .formatted(output, out.length, fed, fed * outputs));
    }
    System.arraycopy(out, 0, scores, first * outputs, count * outputs);
  }

  private float[] run(float[] x, int first, int count, int fed) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (Feed feed : feeds) {
        inputs.put(feed.name(), feed.tensor(environment, x, features, first, count, fed));
      }
      try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
        FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] numbers = new float[out.remaining()];
        out.get(numbers);
        return numbers;
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private int probe() throws OrtException, InvalidModelException {
    int fed = fixedBatch ? batch : 1;
    int numbers = run(new float[0], 0, 0, fed).length;
    if (numbers == 0 || numbers % fed != 0) {
      throw new InvalidModelException(
          "output '%s' gives %d numbers for %d rows".formatted(output, numbers, fed));
    }
    return numbers / fed;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ScoringException("ONNX Runtime could not close a session: " + e.getMessage(), e);
    }
  }
}

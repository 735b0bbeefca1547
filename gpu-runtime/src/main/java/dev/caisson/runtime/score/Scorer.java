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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/// A model opened for scoring: rows of floats in, rows of floats out (logits, where the graph ends
/// in logits). Wants one float input `[rows × features]`; gives the first output, `[rows ×
/// outputs]`.
///
/// Memory is O(batch), not O(rows), beside the caller's arrays. The same rows give the same bits
/// for one thread count. One thread at a time; close it, for its memory is native.
public final class Scorer implements AutoCloseable {
  /// Rows per native call: large enough to hide the call, small enough for the cache.
  private static final int BATCH = 4096;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final String output;
  private final int features;
  private final int batch;
  private final boolean fixedBatch;
  private final int outputs;
  private final FloatBuffer buffer;

  private Scorer(OrtEnvironment environment, OrtSession session)
      throws OrtException, InvalidModelException {
    this.environment = environment;
    this.session = session;
    if (session.getInputInfo().size() != 1) {
      throw new InvalidModelException(
          "a table is scored through one input, this model has " + session.getInputNames());
    }
    this.input = session.getInputNames().iterator().next();
    this.output = session.getOutputNames().iterator().next();
    long[] shape = floatShape(session.getInputInfo(), input);
    floatShape(session.getOutputInfo(), output);
    if (shape.length != 2 || shape[1] < 1 || shape[1] > 1 << 20) {
      throw new InvalidModelException(
          "input '%s' must be [rows × features] with a fixed number of features, has rank %d"
              .formatted(input, shape.length));
    }
    this.features = (int) shape[1];
    this.fixedBatch = shape[0] > 0;
    if (shape[0] > 1 << 20) {
      throw new InvalidModelException(
          "input '%s' wants exactly %d rows a call".formatted(input, shape[0]));
    }
    this.batch = fixedBatch ? (int) shape[0] : Math.clamp((1 << 24) / (long) features, 1, BATCH);
    this.buffer =
        ByteBuffer.allocateDirect(Math.multiplyExact(batch * features, Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    this.outputs = probe();
  }

  /// Opens a model with `threads` threads for its operations (1 is right for small models).
  public static Scorer open(OnnxModel model, int threads) throws InvalidModelException {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads must be 1..1024, got " + threads);
    }
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "caisson");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      environment.setTelemetry(false);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      OrtSession session = environment.createSession(model.bytes(), options);
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

  private static long[] floatShape(Map<String, NodeInfo> values, String name)
      throws InvalidModelException {
    NodeInfo node = values.get(name);
    if (node != null
        && node.getInfo() instanceof TensorInfo info
        && info.type == OnnxJavaType.FLOAT) {
      return info.getShape();
    }
    throw new InvalidModelException("'%s' must be a float tensor".formatted(name));
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
    buffer.clear().put(x, first * features, count * features);
    int fed = fixedBatch ? batch : count;
    while (buffer.position() < fed * features) {
      buffer.put(0f);
    }
    buffer.flip();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, buffer, new long[] {fed, features});
        OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
      FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
      if (out.remaining() != fed * outputs) {
        throw new ScoringException(
            "output '%s' has %d numbers for %d rows, expected %d"
                .formatted(output, out.remaining(), fed, fed * outputs));
      }
      out.get(scores, first * outputs, count * outputs);
    }
  }

  private int probe() throws OrtException, InvalidModelException {
    int fed = fixedBatch ? batch : 1;
    buffer.clear().limit(fed * features);
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, buffer, new long[] {fed, features});
        OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
      int numbers = ((OnnxTensor) result.get(0)).getFloatBuffer().remaining();
      if (numbers == 0 || numbers % fed != 0) {
        throw new InvalidModelException(
            "output '%s' gives %d numbers for %d rows".formatted(output, numbers, fed));
      }
      return numbers / fed;
    }
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

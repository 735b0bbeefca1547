package dev.caisson.runtime.score;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.Host;
import dev.caisson.runtime.onnx.InvalidModelException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One model open in ONNX Runtime: rows in by batches, one output's numbers out. Memory is O(batch)
/// beside the caller's arrays. One thread at a time.
final class NativeModel implements AutoCloseable {
  /// Rows per native call: large enough to hide the call, small enough for the cache.
  private static final int BATCH = 4096;

  /// Numbers of input per native call, for wide rows.
  private static final int NUMBERS = 1 << 20;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<Feed> feeds = new ArrayList<>();
  private final String output;
  private final OnnxJavaType type;
  private final int features;
  private final int batch;
  private final boolean fixedBatch;
  private final int outputs;

  private NativeModel(OrtEnvironment environment, OrtSession session)
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
    TensorInfo info = requireNumbers();
    this.type = info.type;
    this.features = width;
    this.fixedBatch = fixed > 0;
    this.batch = fixedBatch ? (int) fixed : Math.clamp(NUMBERS / width, 1, BATCH);
    if ((long) batch * width > 1 << 28) {
      throw new InvalidModelException(
          "the model wants exactly %d rows of %d numbers a call".formatted(batch, width));
    }
    feeds.forEach(feed -> feed.allocate(batch));
    this.outputs = width(info);
  }

  /// Opens a file held in memory with `threads` threads for its operations.
  static NativeModel open(byte[] onnx, int threads) throws InvalidModelException {
    return open(onnx, threads, Device.cpu());
  }

  /// The same on a device.
  ///
  /// @throws ScoringException when ONNX Runtime cannot compute there; says what it lacks
  static NativeModel open(byte[] onnx, int threads, Device device) throws InvalidModelException {
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
      place(options, device);
      OrtSession session = environment.createSession(onnx, options);
      try {
        return new NativeModel(environment, session);
      } catch (InvalidModelException | OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new InvalidModelException("ONNX Runtime refuses this model: " + said(e), e);
    }
  }

  private static void place(OrtSession.SessionOptions options, Device device) {
    switch (device) {
      case Device.Cpu _ -> {}
      case Device.Cuda cuda -> {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
          throw new ScoringException(
              "scoring on %s needs ONNX Runtime's CUDA provider (onnxruntime_gpu, Maven profile 'cuda'); this build has the processor's only"
                  .formatted(device));
        }
        try {
          options.addCUDA(Host.ofThis().ordinal(cuda));
        } catch (DeviceException e) {
          throw new ScoringException(
              "scoring cannot compute on %s: %s".formatted(device, e.getMessage()), e);
        } catch (OrtException e) {
          throw new ScoringException(
              "ONNX Runtime cannot compute on %s: %s; it wants CUDA 12 and cuDNN 9"
                  .formatted(device, said(e)),
              e);
        }
      }
    }
  }

  /// What ONNX Runtime says, without its C++ signatures.
  private static String said(OrtException e) {
    String message = String.valueOf(e.getMessage());
    String plain =
        message
            .replaceAll("\\s+", " ")
            .replaceAll("Error code - \\w+ - message: ", "")
            .replaceAll("/onnxruntime_src/\\S+ .{0,2000}?\\) ?(const )?(\\[with [^\\]]*\\] ?)?", "")
            .strip();
    return plain.length() <= 400 ? plain : plain.substring(0, 400) + "…";
  }

  private TensorInfo requireNumbers() throws OrtException, InvalidModelException {
    var node = session.getOutputInfo().get(output);
    if (node != null && node.getInfo() instanceof TensorInfo info) {
      switch (info.type) {
        case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> {
          return info;
        }
        default -> {}
      }
    }
    throw new InvalidModelException("output '%s' must be a float tensor".formatted(output));
  }

  List<ModelInput> inputs() {
    return feeds.stream().map(Feed::input).toList();
  }

  int features() {
    return features;
  }

  int outputs() {
    return outputs;
  }

  /// Scores `rows` rows. `texts` has a dictionary for each position, if the model takes texts.
  float[] score(float[] x, int rows, List<List<String>> texts) {
    if (rows < 0 || x.length != Math.multiplyExact((long) rows, (long) features)) {
      throw new IllegalArgumentException(
          "%d rows of %d features are %d numbers, got %d"
              .formatted(rows, features, (long) rows * features, x.length));
    }
    boolean words = feeds.stream().anyMatch(f -> f.input().kind() == ModelInput.Kind.TEXT);
    if (words && texts.size() != features) {
      throw new IllegalArgumentException(
          "the model takes texts: %d positions need a list of texts each, got %d"
              .formatted(features, texts.size()));
    }
    float[] scores = new float[Math.multiplyExact(rows, outputs)];
    Table table = new Table(x, features, texts);
    try {
      for (int done = 0; done < rows; done += batch) {
        int count = Math.min(batch, rows - done);
        score(table, done, count, scores);
      }
    } catch (OrtException e) {
      throw new ScoringException("ONNX Runtime failed while scoring: " + said(e), e);
    }
    return scores;
  }

  private void score(Table table, int first, int count, float[] scores) throws OrtException {
    int fed = fixedBatch ? batch : count;
    float[] out = run(table, first, count, fed);
    if (out.length != fed * outputs) {
      throw new ScoringException(
          "output '%s' has %d numbers for %d rows, expected %d"
              .formatted(output, out.length, fed, fed * outputs));
    }
    System.arraycopy(out, 0, scores, first * outputs, count * outputs);
  }

  private float[] run(Table table, int first, int count, int fed) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (Feed feed : feeds) {
        inputs.put(feed.input().name(), feed.tensor(environment, table, first, count, fed));
      }
      try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
        return numbers((OnnxTensor) result.get(0));
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private float[] numbers(OnnxTensor tensor) {
    if (type == OnnxJavaType.DOUBLE) {
      DoubleBuffer out = tensor.getDoubleBuffer();
      float[] numbers = new float[out.remaining()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) out.get(i);
      }
      return numbers;
    }
    FloatBuffer out = tensor.getFloatBuffer();
    float[] numbers = new float[out.remaining()];
    out.get(numbers);
    return numbers;
  }

  /// Numbers per row, by trying; a model that knows no zeros and empty texts is believed about its
  /// shape.
  private int width(TensorInfo info) throws OrtException, InvalidModelException {
    int fed = fixedBatch ? batch : 1;
    int numbers;
    int more;
    try {
      numbers = run(Table.NONE, 0, 0, fed).length;
      more = fixedBatch ? numbers : run(Table.NONE, 0, 0, Math.min(2, batch)).length;
    } catch (OrtException e) {
      long[] shape = info.getShape();
      boolean known =
          shape.length > 1 && Arrays.stream(shape).skip(1).allMatch(n -> n > 0 && n <= 1 << 20);
      long declared = known ? Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b) : 0;
      if (declared < 1 || declared > 1 << 20) {
        throw e;
      }
      return (int) declared;
    }
    int each = numbers / fed;
    if (numbers == 0 || numbers % fed != 0 || (!fixedBatch && more != each * Math.min(2, batch))) {
      throw new InvalidModelException(
          "output '%s' gives %d numbers for %d rows and %d for %d: not so many for each row"
              .formatted(output, numbers, fed, more, fixedBatch ? fed : Math.min(2, batch)));
    }
    return each;
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

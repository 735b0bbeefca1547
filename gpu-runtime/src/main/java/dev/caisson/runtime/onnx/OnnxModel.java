package dev.caisson.runtime.onnx;

import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A checked ONNX file: its exact bytes, the graph as records, and the layout of what can be
/// trained.
///
/// Guarantees, for any bytes: either one of these or an [InvalidModelException], within time and
/// memory proportional to the file and to [Limits]. The graph is acyclic, each stored tensor has
/// the bytes that its shape says, each parameter is finite, nothing lies outside the file. Not
/// guaranteed: that shapes fit together, or that an engine has the operations; opening a trainer or
/// scorer tells. Immutable.
public final class OnnxModel {
  /// For files that have passed their limits before.
  private static final Limits UNBOUNDED =
      new Limits(Integer.MAX_VALUE - 8, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

  private final byte[] file;
  private final Graph graph;
  private final int opset;
  private final Map<String, String> metadata;
  private final ParameterLayout layout;
  private final List<Weight> weights;

  private OnnxModel(
      byte[] file, GraphDecoder.Decoded decoded, ParameterLayout layout, List<Weight> weights) {
    this.file = file;
    this.graph = decoded.graph();
    this.opset = decoded.opset();
    this.metadata = decoded.metadata();
    this.layout = layout;
    this.weights = weights;
  }

  /// A parameter, its tensor in the file and the bytes that hold it.
  private record Weight(Parameter parameter, Tensor tensor, WireScan.Place place) {}

  /// Reads a file of at most [Limits#DEFAULT]'s size.
  public static OnnxModel load(Path file) throws IOException, InvalidModelException {
    long size = Files.size(file);
    requireSize(size, Limits.DEFAULT);
    return parse(Files.readAllBytes(file));
  }

  public static OnnxModel parse(byte[] file) throws InvalidModelException {
    return parse(file, Limits.DEFAULT);
  }

  /// Checks and reads these bytes (copied).
  public static OnnxModel parse(byte[] file, Limits limits) throws InvalidModelException {
    requireSize(file.length, limits);
    return read(file.clone(), limits);
  }

  /// Encodes a graph that was made here, at this opset. The same graph always gives the same bytes.
  public static OnnxModel of(Graph graph, int opset) throws InvalidModelException {
    return read(GraphEncoder.encode(graph, opset), Limits.DEFAULT);
  }

  private static OnnxModel read(byte[] file, Limits limits) throws InvalidModelException {
    List<WireScan.Place> scanned = WireScan.initializers(file, limits);
    GraphDecoder.Decoded decoded = GraphDecoder.decode(file);
    Graph graph = decoded.graph();
    Topology.requireSound(graph);
    List<Integer> trainable = Trainable.positions(graph);
    List<Tensor> tensors = trainable.stream().map(graph.initializers()::get).toList();
    long parameters = tensors.stream().mapToLong(Tensor::elements).sum();
    if (parameters > limits.parameters()) {
      throw new InvalidModelException(
          "the model has %d trainable numbers, the limit is %d"
              .formatted(parameters, limits.parameters()));
    }
    ParameterLayout layout = ParameterLayout.of(tensors);
    List<Weight> weights = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      weights.add(
          new Weight(layout.parameters().get(i), tensors.get(i), scanned.get(trainable.get(i))));
    }
    return new OnnxModel(file, decoded, layout, List.copyOf(weights));
  }

  private static void requireSize(long size, Limits limits) throws InvalidModelException {
    if (size > limits.bytes()) {
      throw new InvalidModelException(
          "the file has %d bytes, the limit is %d".formatted(size, limits.bytes()));
    }
  }

  public Graph graph() {
    return graph;
  }

  /// The version of the default operator set, 13 to 21.
  public int opset() {
    return opset;
  }

  /// The file's `metadata_props`, as written by whoever made it; not to be trusted.
  public Map<String, String> metadata() {
    return metadata;
  }

  /// The trainable initializers and their places in the vector; empty for a graph without weights.
  public ParameterLayout layout() {
    return layout;
  }

  /// The weights in the file, laid out by [#layout].
  public float[] initialVector() {
    float[] vector = new float[layout.length()];
    for (Weight weight : weights) {
      Parameter parameter = weight.parameter();
      weight.tensor().content().asFloatBuffer().get(vector, parameter.offset(), parameter.length());
    }
    return vector;
  }

  /// This model with other weights: the same file, but for the weights' own bytes. Refuses a vector
  /// of another length or with a value that is not finite (`IllegalArgumentException`).
  public OnnxModel withVector(float[] vector) {
    layout.requireLength(vector);
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            "weights must be finite, position %d of the vector is %s".formatted(i, vector[i]));
      }
    }
    byte[] written = file.clone();
    for (Weight weight : weights) {
      ByteBuffer.wrap(written, weight.place().offset(), weight.place().length())
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(vector, weight.parameter().offset(), weight.parameter().length());
    }
    try {
      return read(written, UNBOUNDED);
    } catch (InvalidModelException e) {
      throw new IllegalStateException(
          "only finite weights were changed in a file that was sound", e);
    }
  }

  /// The file's bytes (copied).
  public byte[] bytes() {
    return file.clone();
  }

  /// The digest of the file's bytes.
  public Digest digest() {
    return Digest.of(file);
  }

  @Override
  public String toString() {
    return "ONNX model %s (%d nodes, %d trainable numbers)"
        .formatted(digest().shortHex(), graph.nodes().size(), layout.length());
  }
}

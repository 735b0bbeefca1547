package dev.caisson.runtime.onnx;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A checked ONNX file: its exact bytes, the graph as records, and the layout of what can be
/// trained.
///
/// Guarantees, for any bytes: either one of these or an [InvalidModelException], within time and
/// memory proportional to the file and to [Limits]. The graph is acyclic, each stored tensor has
/// the bytes that its shape says, each parameter is finite; numbers outside the file come from data
/// files of its own folder with [#load], from its own file with [#open]. Not guaranteed: that
/// shapes fit together, or that an engine has the operations; opening a trainer or scorer tells.
/// Immutable.
public final class OnnxModel {
  /// For files that have passed their limits before.
  private static final Limits UNBOUNDED =
      new Limits(Integer.MAX_VALUE - 8, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

  /// Bytes that are digested at a time.
  private static final int DIGESTED = 1 << 24;

  private static final int BUFFER = 1 << 20;

  private static final String WITH_DATA = "caisson/onnx-with-data/v1";

  private final byte[] file;
  private final @Nullable DataFolder data;

  /// The mapped file of a model that was opened as a container.
  private final @Nullable MemorySegment container;

  /// The digest of that file, once it was asked for.
  private @Nullable Digest known;

  private final GraphDecoder.Decoded decoded;
  private final ParameterLayout layout;
  private final List<Constant> constants;
  private final List<Weight> weights;

  private OnnxModel(
      byte[] file,
      @Nullable DataFolder data,
      @Nullable MemorySegment container,
      GraphDecoder.Decoded decoded,
      ParameterLayout layout,
      List<Constant> constants,
      List<Weight> weights) {
    this.file = file;
    this.data = data;
    this.container = container;
    this.decoded = decoded;
    this.layout = layout;
    this.constants = constants;
    this.weights = weights;
  }

  /// A parameter, its tensor, and the bytes of the model file that hold it (none for one in a data
  /// file).
  private record Weight(Parameter parameter, Tensor tensor, WireScan.Place place) {}

  /// Reads a file within [Limits#DEFAULT], and the data files beside it.
  public static OnnxModel load(Path file) throws IOException, InvalidModelException {
    return load(file, Limits.DEFAULT);
  }

  /// Reads a file and maps the data files beside it, which must stay as they are while the model is
  /// in use. Numbers in data files count as parameters, not as bytes of the file.
  public static OnnxModel load(Path file, Limits limits) throws IOException, InvalidModelException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InvalidModelException("%s is not a file".formatted(file));
    }
    requireSize(Files.size(file), limits);
    if (!Files.isRegularFile(file)) { // a device has no size and no end
      throw new InvalidModelException("it is no file: a directory or a device");
    }
    Path folder = file.toAbsolutePath().getParent();
    return read(
        Files.readAllBytes(file), folder == null ? null : new DataFolder(folder), null, limits);
  }

  /// Opens a model that travels as one file: an ONNX file without data files, which is read, or
  /// what [#pack] wrote, which is mapped and must stay as it is while the model is in use; its name
  /// may be deleted. Files beside it are never looked at.
  public static OnnxModel open(Path file, Limits limits) throws IOException, InvalidModelException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] first = in.readNBytes(64);
      if (!Container.begins(first)) {
        requireSize(Files.size(file), limits);
        return read(Files.readAllBytes(file), null, null, limits);
      }
    }
    Container.Opened opened = Container.open(file, limits);
    OnnxModel model = read(opened.onnx(), opened.data(), opened.whole(), limits);
    opened.data().requireNoSpareBytes();
    return model;
  }

  public static OnnxModel parse(byte[] file) throws InvalidModelException {
    return parse(file, Limits.DEFAULT);
  }

  /// Checks and reads these bytes (copied). Refuses a model that keeps numbers in other files.
  public static OnnxModel parse(byte[] file, Limits limits) throws InvalidModelException {
    requireSize(file.length, limits);
    return read(file.clone(), null, null, limits);
  }

  /// Encodes a graph that was made here, at this opset. The same graph always gives the same bytes.
  public static OnnxModel of(Graph graph, int opset) throws InvalidModelException {
    return read(GraphEncoder.encode(graph, opset), null, null, Limits.DEFAULT);
  }

  private static OnnxModel read(
      byte[] file, @Nullable DataFolder data, @Nullable MemorySegment container, Limits limits)
      throws InvalidModelException {
    requireSize(file.length, limits);
    List<WireScan.Place> scanned = WireScan.initializers(file, limits);
    GraphDecoder.Decoded decoded =
        GraphDecoder.decode(file, data == null ? ExternalData.NONE : data);
    Topology.requireSound(decoded.graph());
    Trainable.Decision decision = Trainable.decide(decoded);
    List<Trainable.Chosen> chosen = decision.parameters();
    long parameters = chosen.stream().mapToLong(c -> c.tensor().elements()).sum();
    if (parameters > limits.parameters()) {
      throw new InvalidModelException(
          "the model has %d trainable numbers, the limit is %d"
              .formatted(parameters, limits.parameters()));
    }
    ParameterLayout layout = ParameterLayout.of(chosen);
    DataFolder used = data == null || data.pieces().isEmpty() ? null : data;
    if (used != null) {
      used.requireOwnBytes(layout.parameters());
    }
    List<Weight> weights = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      requireFinite(chosen.get(i).tensor());
      weights.add(
          new Weight(
              layout.parameters().get(i),
              chosen.get(i).tensor(),
              scanned.get(chosen.get(i).position())));
    }
    return new OnnxModel(
        file, used, container, decoded, layout, decision.constants(), List.copyOf(weights));
  }

  private static void requireFinite(Tensor tensor) throws InvalidModelException {
    var values = tensor.content().asFloatBuffer();
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new InvalidModelException(
            "initializer '%s' holds %s at position %d; weights must be finite"
                .formatted(tensor.name(), values.get(i), i));
      }
    }
  }

  private static void requireSize(long size, Limits limits) throws InvalidModelException {
    if (size > limits.bytes()) {
      throw new InvalidModelException(
          "the file has %d bytes, the limit is %d".formatted(size, limits.bytes()));
    }
  }

  public Graph graph() {
    return decoded.graph();
  }

  /// The version of the default operator set, 13 to 21.
  public int opset() {
    return decoded.opset();
  }

  /// The file's `metadata_props`, as written by whoever made it; not to be trusted.
  public Map<String, String> metadata() {
    return decoded.metadata();
  }

  /// Who wrote the file and from what, as far as it says so; not to be trusted.
  public ExportOrigin origin() {
    return decoded.origin();
  }

  /// The trainable initializers and their places in the vector; empty for a graph without weights.
  public ParameterLayout layout() {
    return layout;
  }

  /// The initializers that do not train, each with the reason, in file order.
  public List<Constant> constants() {
    return constants;
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
    layout.requireWeights(vector);
    byte[] written = file.clone();
    Map<String, ByteBuffer> outside = new HashMap<>();
    for (Weight weight : weights) {
      Parameter parameter = weight.parameter();
      ByteBuffer bytes;
      if (data != null && data.pieces().containsKey(parameter.name())) {
        bytes = ByteBuffer.allocate(Math.multiplyExact(parameter.length(), Float.BYTES));
        outside.put(parameter.name(), bytes);
      } else {
        bytes = ByteBuffer.wrap(written, weight.place().offset(), weight.place().length());
      }
      bytes
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(vector, parameter.offset(), parameter.length());
    }
    try {
      return read(written, data == null ? null : data.with(outside), null, UNBOUNDED);
    } catch (InvalidModelException e) {
      throw new IllegalStateException(
          "only finite weights were changed in a file that was sound", e);
    }
  }

  /// Whether some numbers lie in data files. [#bytes] is then not the whole model.
  public boolean hasDataFiles() {
    return data != null && data.isApart();
  }

  /// This model as one file, with the same graph and numbers. Refuses what would pass 2 GiB.
  public OnnxModel inOneFile() throws InvalidModelException {
    if (data == null) {
      return this;
    }
    return read(OneFile.of(file, decoded.graph().initializers()), null, null, UNBOUNDED);
  }

  /// Writes the model with all its numbers into one file of any length, which [#open] reads. The
  /// same model gives the same bytes. Other programs do not read it: it is how a model travels that
  /// no ONNX file can hold.
  ///
  /// @param target must not be there
  public void pack(Path target) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(target, StandardOpenOption.CREATE_NEW), BUFFER)) {
      Container.write(file, decoded.graph().initializers(), out);
    }
  }

  /// Writes the model as it was read: as a container if it was one, and data files into the same
  /// folder: byte for byte those that were read, but for the weights. The model file comes last and
  /// replaces one that is there; a data file that is there is never replaced, least of all the
  /// source's own (`IOException` that says what to do).
  public void save(Path target) throws IOException {
    Path name = target.toAbsolutePath().getFileName();
    Path folder = target.toAbsolutePath().getParent();
    if (name == null || folder == null) {
      throw new IOException("%s is no place for a file".formatted(target));
    }
    if (hasDataFiles() && data != null) {
      if (data.holds(name.toString())) {
        throw new IOException(
            "the model's own data file has the name %s; choose another".formatted(name));
      }
      data.copyTo(folder);
    }
    Path part = Files.createTempFile(folder, "." + name, ".part");
    try {
      if (data == null || hasDataFiles()) {
        Files.write(part, file);
      } else {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), BUFFER)) {
          Container.write(file, decoded.graph().initializers(), out);
        }
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /// The model file's bytes (copied), without those of data files.
  public byte[] bytes() {
    return file.clone();
  }

  /// Bytes of the one file as which the model travels. A model with data files has none, see
  /// [#pack], nor has a container with other weights until it is saved.
  public long length() {
    requireStored();
    return container == null ? file.length : container.byteSize();
  }

  /// Some bytes of that file, which are not copied and not to be changed.
  public ByteBuffer bytes(long from, int size) {
    requireStored();
    return container == null
        ? ByteBuffer.wrap(file, Math.toIntExact(from), size).slice().asReadOnlyBuffer()
        : container.asSlice(from, size).asByteBuffer();
  }

  private void requireStored() {
    if (data != null && container == null) {
      throw new IllegalStateException("this model is in no one file: pack or save it first");
    }
  }

  /// Bytes of this model as one ONNX file, but for a few; more than an ONNX file may have, too.
  public long oneFileLength() {
    long bytes = file.length;
    if (data != null) {
      for (DataFolder.Piece piece : data.pieces().values()) {
        bytes += piece.length();
      }
    }
    return bytes;
  }

  /// A parameter's little-endian numbers, which are not copied.
  public ByteBuffer content(Parameter parameter) {
    for (Weight weight : weights) {
      if (weight.parameter().equals(parameter)) {
        return weight.tensor().content();
      }
    }
    throw new IllegalArgumentException(
        "this model has no parameter '%s'".formatted(parameter.name()));
  }

  /// The digest of the file's bytes; with data files, of the file's digest and, in file order, the
  /// digest of each tensor that lies in one (computed at each call).
  public Digest digest() {
    if (container != null && known != null) {
      return known;
    }
    if (container != null) {
      MessageDigest sha = Digest.sha256();
      for (long at = 0; at < container.byteSize(); at += DIGESTED) {
        sha.update(bytes(at, (int) Math.min(DIGESTED, container.byteSize() - at)));
      }
      known = Digest.ofBytes(sha.digest());
      return known;
    }
    if (data == null) {
      return Digest.of(file);
    }
    FieldWriter fields =
        new FieldWriter(WITH_DATA).digest(Digest.of(file)).number(data.pieces().size());
    for (Tensor tensor : decoded.graph().initializers()) {
      if (data.pieces().containsKey(tensor.name())) {
        MessageDigest sha = Digest.sha256();
        sha.update(tensor.content());
        fields.digest(Digest.ofBytes(sha.digest()));
      }
    }
    return fields.toDigest();
  }

  @Override
  public String toString() {
    return "ONNX model %s (%d nodes, %d trainable numbers)"
        .formatted(Digest.of(file).shortHex(), decoded.graph().nodes().size(), layout.length());
  }
}

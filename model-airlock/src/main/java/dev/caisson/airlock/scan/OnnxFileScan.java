package dev.caisson.airlock.scan;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.caisson.airlock.Finding;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at an ONNX file as bytes, before anything loads it.
///
/// Guaranteed: never throws because of what the bytes are (they become a blocking finding),
/// resolves no file that the model names, and allocates at most a small multiple of the file's
/// length.
///
/// Not guaranteed: that a passing file is harmless to load, or that nothing is hidden in the
/// weights themselves; compressed or encrypted data in low bits of weights cannot be told from
/// training noise.
public final class OnnxFileScan {
  private final ScanLimits limits;

  // what is asked of the same bytes next needs no new scan, nor a new graph
  private volatile @Nullable FileScan last;
  private volatile @Nullable Mapped lastGraph;

  private record Mapped(Digest file, ModelGraph graph) {}

  public OnnxFileScan(ScanLimits limits) {
    this.limits = limits;
  }

  public ScanLimits limits() {
    return limits;
  }

  /// Scans a file of which not more is read than the limit allows. Throws only if it cannot be
  /// read.
  public FileScan scan(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is not a regular file");
    }
    long size = Files.size(file);
    if (size > limits.bytes()) {
      return new FileScan(Digest.ofFile(file), size, List.of(tooLarge(size)));
    }
    return scan(Files.readAllBytes(file));
  }

  public FileScan scan(byte[] file) {
    Digest digest = Digest.of(file);
    FileScan before = last;
    if (before != null && before.file().equals(digest)) {
      return before;
    }
    FileScan scan = new FileScan(digest, file.length, findings(file));
    last = scan;
    return scan;
  }

  /// The numbers that the file keeps, for the training-row scan. Only for a file whose scan does
  /// not block; anything else is an `IllegalArgumentException`.
  public List<StoredTensor> tensors(byte[] file) {
    if (scan(file).blocks()) {
      throw new IllegalArgumentException("tensors are read only from a file that passed its scan");
    }
    try {
      List<StoredTensor> tensors = new ArrayList<>();
      collect(OnnxOutline.parse(file).graph(), tensors);
      return tensors;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the same bytes parsed a moment ago", e);
    }
  }

  /// What the file computes, for checks of its structure. Only for a file whose scan does not
  /// block; anything else is an `IllegalArgumentException`.
  public ModelGraph graph(byte[] file) {
    FileScan scan = scan(file);
    if (scan.blocks()) {
      throw new IllegalArgumentException("a graph is read only from a file that passed its scan");
    }
    Mapped before = lastGraph;
    if (before != null && before.file().equals(scan.file())) {
      return before.graph();
    }
    try {
      ModelGraph graph = GraphMapper.graph(file);
      lastGraph = new Mapped(scan.file(), graph);
      return graph;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the same bytes parsed a moment ago", e);
    }
  }

  private List<Finding> findings(byte[] file) {
    List<Finding> findings = new ArrayList<>();
    if (file.length > limits.bytes()) {
      return List.of(tooLarge(file.length));
    }
    findings.add(Finding.pass("file.size", "%d bytes".formatted(file.length)));
    OnnxOutline outline;
    try {
      WireCensus census = WireCensus.of(file, OnnxOutline.schema(), limits);
      outline = OnnxOutline.parse(file);
      findings.addAll(wire(census, outline));
    } catch (WireCensus.BadWireException e) {
      findings.add(
          Finding.block("file.parses", "not a readable ONNX file: " + e.getMessage(), e.where()));
      return findings;
    } catch (InvalidProtocolBufferException e) {
      findings.add(Finding.block("file.parses", "not a readable ONNX file: " + e.getMessage(), ""));
      return findings;
    }
    findings.addAll(ModelCheck.run(outline, limits));
    findings.addAll(AttributeCheck.run(outline));
    findings.addAll(TensorCheck.run(outline));
    findings.addAll(LivenessCheck.run(outline));
    findings.addAll(TextCheck.run(outline));
    return findings;
  }

  private static List<Finding> wire(WireCensus census, OnnxOutline outline) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.pass("file.parses", "well-formed protobuf of the ONNX schema"));
    Findings unknown = new Findings("file.unknown-fields");
    census
        .unknown()
        .forEach(where -> unknown.block("bytes that the ONNX schema does not know", where));
    findings.addAll(
        unknown.orPass("no field that the ONNX schema does not know, no trailing bytes"));
    Findings doubled = new Findings("file.doubled-fields");
    census
        .doubled()
        .forEach(where -> doubled.block("a field given twice: readers see only the last", where));
    findings.addAll(doubled.orPass("no field given twice"));
    Findings canonical = new Findings("file.canonical");
    if (!outline.canonical()) {
      canonical.warn(
          "writing the parsed model does not give these bytes back: some bytes mean nothing to a reader",
          "");
    }
    findings.addAll(canonical.orPass("every byte means something to a reader"));
    return findings;
  }

  private Finding tooLarge(long size) {
    return Finding.block(
        "file.size", "%d bytes, at most %d are assessed".formatted(size, limits.bytes()), "");
  }

  private static void collect(OnnxOutline.Graph graph, List<StoredTensor> tensors) {
    graph.initializers().forEach(t -> tensors.add(stored(t)));
    for (OnnxOutline.Node node : graph.nodes()) {
      node.tensors().forEach(t -> tensors.add(stored(t)));
      tensors.addAll(node.numbers());
      node.subgraphs().forEach(g -> collect(g, tensors));
    }
  }

  private static StoredTensor stored(TensorOutline tensor) {
    return new StoredTensor(
        Finding.printable(tensor.name()),
        tensor.dims().stream().map(Long::intValue).toList(),
        tensor.numbers().get());
  }
}

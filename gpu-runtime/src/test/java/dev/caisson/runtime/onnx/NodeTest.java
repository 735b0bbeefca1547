package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// One of ONNX's own backend node tests: a graph of one operation (or of the several that spell a
/// function out), tensors for its inputs and what its outputs must be.
///
/// A test names the operator set in which its operation last changed. One from before opset 13
/// means the same in 13, so it is read as that.
///
/// @param files by their names in the archive's folder of this test
public record NodeTest(String name, Map<String, byte[]> files) {
  private static final Pattern FILE =
      Pattern.compile(
          "(?:.*/)?(test_\\w+)/(model\\.onnx|test_data_set_0/(?:input|output)_\\d+\\.pb)");

  /// The graph, with the tensors in the order of its inputs and outputs.
  public record Case(Graph graph, int opset, List<Tensor> inputs, List<Tensor> outputs) {
    /// The graph of one output, with some of the inputs stored in it.
    public Graph of(int output, Set<Integer> stored) {
      List<ValueInfo> fed = new ArrayList<>();
      List<Tensor> initializers = new ArrayList<>(graph.initializers());
      for (int i = 0; i < inputs.size(); i++) {
        if (stored.contains(i)) {
          initializers.add(inputs.get(i));
        } else {
          fed.add(graph.inputs().get(i));
        }
      }
      return new Graph(
          graph.name(), fed, List.of(graph.outputs().get(output)), graph.nodes(), initializers);
    }

    /// The tensors of the inputs that [#of] does not store.
    public List<Tensor> fed(Set<Integer> stored) {
      List<Tensor> fed = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        if (!stored.contains(i)) {
          fed.add(inputs.get(i));
        }
      }
      return fed;
    }
  }

  /// All tests in the archive, by name.
  public static List<NodeTest> all(InputStream archive) throws IOException {
    Map<String, NodeTest> tests = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(archive)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Matcher matcher = FILE.matcher(entry.getName());
        if (matcher.matches()) {
          tests
              .computeIfAbsent(matcher.group(1), name -> new NodeTest(name, new TreeMap<>()))
              .files
              .put(matcher.group(2), zip.readAllBytes());
        }
      }
    }
    return List.copyOf(tests.values());
  }

  /// The operations of the graph, each once.
  public Set<String> operations() throws InvalidProtocolBufferException {
    Set<String> operations = new HashSet<>();
    model().getGraph().getNodeList().forEach(node -> operations.add(node.getOpType()));
    return operations;
  }

  private OnnxMl.ModelProto model() throws InvalidProtocolBufferException {
    return OnnxMl.ModelProto.parseFrom(file("model.onnx"));
  }

  private byte[] file(String file) {
    byte[] bytes = files.get(file);
    if (bytes == null) {
      throw new IllegalStateException("the archive has no %s/%s".formatted(name, file));
    }
    return bytes;
  }

  /// Reads it as any file is read.
  public Case decode() throws InvalidModelException, InvalidProtocolBufferException {
    OnnxMl.ModelProto.Builder model = model().toBuilder();
    for (OnnxMl.OperatorSetIdProto.Builder set : model.getOpsetImportBuilderList()) {
      if (set.getDomain().isEmpty()) {
        set.setVersion(Math.max(GraphDecoder.OLDEST_OPSET, set.getVersion()));
      }
    }
    GraphDecoder.Decoded decoded =
        GraphDecoder.decode(model.build().toByteArray(), ExternalData.NONE);
    Topology.requireSound(decoded.graph());
    return new Case(
        decoded.graph(),
        decoded.opset(),
        tensors("input", decoded.graph().inputs()),
        tensors("output", decoded.graph().outputs()));
  }

  private List<Tensor> tensors(String kind, List<ValueInfo> values)
      throws InvalidModelException, InvalidProtocolBufferException {
    List<Tensor> tensors = new ArrayList<>();
    for (ValueInfo value : values) {
      String file = "test_data_set_0/%s_%d.pb".formatted(kind, tensors.size());
      OnnxMl.TensorProto proto = OnnxMl.TensorProto.parseFrom(file(file));
      tensors.add(
          TensorDecoder.decode(
              proto.toBuilder().setName(value.name()).build(), ExternalData.NONE, file));
    }
    return tensors;
  }
}

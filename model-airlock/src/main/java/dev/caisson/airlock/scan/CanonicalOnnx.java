package dev.caisson.airlock.scan;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The same computation in one form of bytes, without what no computation needs.
///
/// Dropped: doc strings, metadata, the producer's version and the model's domain, types of values
/// inside the graph, quantisation annotations, operations and initializers that no output depends
/// on, hit rates of trees, and what their leaves keep in places for branches. Renamed: nodes, and
/// values inside the graph whose names are more than identifiers of up to 64 characters. Reordered:
/// initializers by first use, attributes and operator sets by name. Numbers become raw
/// little-endian bytes. Inputs and outputs keep their names, nodes their order. Writing the result
/// again gives the same bytes.
///
/// A graph with graphs inside (branches, loops) keeps its names, operations and initializers, and
/// loses only texts.
public final class CanonicalOnnx {
  private static final String IDENTIFIER = "[A-Za-z_/][A-Za-z0-9_./:-]{0,63}";
  private static final Set<String> UNREAD = Set.of("nodes_hitrates", "nodes_hitrates_as_tensor");

  private CanonicalOnnx() {}

  /// The canonical form of a file whose scan does not block for any reason but unused numbers,
  /// texts, names or metadata. Throws `IllegalArgumentException` if the bytes are not ONNX.
  public static byte[] of(byte[] file) {
    ModelProto model;
    try {
      WireCensus.of(file, OnnxOutline.schema(), ScanLimits.usual());
      model = ModelProto.parseFrom(file);
    } catch (InvalidProtocolBufferException | WireCensus.BadWireException e) {
      throw new IllegalArgumentException("not an ONNX file: " + e.getMessage(), e);
    }
    ModelProto.Builder out =
        ModelProto.newBuilder()
            .setIrVersion(model.getIrVersion())
            .setProducerName("caisson")
            .addAllFunctions(model.getFunctionsList());
    Map<String, Long> opsets = new HashMap<>();
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      String domain = opset.getDomain().equals("ai.onnx") ? "" : opset.getDomain();
      opsets.merge(domain, opset.getVersion(), Math::max);
    }
    opsets.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            o ->
                out.addOpsetImport(
                    OperatorSetIdProto.newBuilder()
                        .setDomain(o.getKey())
                        .setVersion(o.getValue())));
    return out.setGraph(whole(model.getGraph())).build().toByteArray();
  }

  private static GraphProto whole(GraphProto graph) {
    GraphProto plain = plain(graph, "graph");
    boolean nested =
        plain.getNodeList().stream()
            .flatMap(n -> n.getAttributeList().stream())
            .anyMatch(a -> a.hasG() || a.getGraphsCount() > 0);
    return nested ? plain : renamed(live(plain));
  }

  /// Without texts, at any depth.
  private static GraphProto plain(GraphProto graph, String name) {
    GraphProto.Builder out =
        GraphProto.newBuilder()
            .setName(name)
            .addAllSparseInitializer(graph.getSparseInitializerList());
    graph.getInputList().forEach(v -> out.addInput(plain(v)));
    graph.getOutputList().forEach(v -> out.addOutput(plain(v)));
    graph.getInitializerList().forEach(t -> out.addInitializer(RawTensor.of(t)));
    for (NodeProto node : graph.getNodeList()) {
      NodeProto.Builder copy =
          NodeProto.newBuilder()
              .setName("n" + out.getNodeCount())
              .setOpType(node.getOpType())
              .setDomain(node.getDomain().equals("ai.onnx") ? "" : node.getDomain())
              .addAllInput(node.getInputList())
              .addAllOutput(node.getOutputList());
      node.getAttributeList().stream()
          .filter(a -> !UNREAD.contains(a.getName()))
          .sorted(Comparator.comparing(AttributeProto::getName))
          .forEach(a -> copy.addAttribute(plain(a)));
      out.addNode(
          node.getOpType().startsWith("TreeEnsemble")
              ? TreeTables.cleared(copy.build())
              : copy.build());
    }
    return out.build();
  }

  private static ValueInfoProto plain(ValueInfoProto value) {
    ValueInfoProto.Builder out = ValueInfoProto.newBuilder().setName(value.getName());
    if (value.hasType()) {
      out.setType(value.getType().toBuilder().clearDenotation());
      if (value.getType().hasTensorType() && value.getType().getTensorType().hasShape()) {
        var shape = out.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
        shape.getDimBuilderList().forEach(d -> d.clearDenotation());
        for (int i = 0; i < shape.getDimCount(); i++) {
          if (shape.getDim(i).hasDimParam() && !shape.getDim(i).getDimParam().matches(IDENTIFIER)) {
            shape.getDimBuilder(i).setDimParam("d" + i);
          }
        }
      }
    }
    return out.build();
  }

  private static AttributeProto plain(AttributeProto attribute) {
    AttributeProto.Builder out = attribute.toBuilder().clearDocString();
    if (attribute.hasT()) {
      out.setT(RawTensor.of(attribute.getT()).toBuilder().clearName());
    }
    if (attribute.hasG()) {
      out.setG(plain(attribute.getG(), "inner"));
    }
    for (int i = 0; i < attribute.getGraphsCount(); i++) {
      out.setGraphs(i, plain(attribute.getGraphs(i), "inner"));
    }
    return out.build();
  }

  /// Only what an output depends on; initializers by first use.
  private static GraphProto live(GraphProto graph) {
    Map<String, NodeProto> producers = new HashMap<>();
    graph.getNodeList().forEach(n -> n.getOutputList().forEach(o -> producers.put(o, n)));
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    graph.getOutputList().forEach(o -> open.add(o.getName()));
    while (!open.isEmpty()) {
      String name = open.pop();
      NodeProto node = producers.get(name);
      if (needed.add(name) && node != null) {
        open.addAll(node.getInputList());
      }
    }
    GraphProto.Builder out = graph.toBuilder().clearNode().clearInitializer();
    Map<String, TensorProto> initializers = new LinkedHashMap<>();
    graph.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        out.addNode(node.toBuilder().setName("n" + out.getNodeCount()));
        for (String input : node.getInputList()) {
          TensorProto tensor = initializers.remove(input);
          if (tensor != null) {
            out.addInitializer(tensor);
          }
        }
      }
    }
    graph.getOutputList().stream()
        .filter(o -> initializers.containsKey(o.getName()))
        .forEach(o -> out.addInitializer(initializers.get(o.getName())));
    return out.build();
  }

  private static GraphProto renamed(GraphProto graph) {
    Set<String> kept = new HashSet<>(Set.of(""));
    graph.getInputList().forEach(v -> kept.add(v.getName()));
    graph.getOutputList().forEach(v -> kept.add(v.getName()));
    Set<String> taken = new HashSet<>(kept);
    List<String> inner =
        graph.getNodeList().stream().flatMap(n -> n.getOutputList().stream()).toList();
    taken.addAll(inner);
    graph.getInitializerList().forEach(t -> taken.add(t.getName()));
    Map<String, String> names = new HashMap<>();
    GraphProto.Builder out = graph.toBuilder().clearNode().clearInitializer();
    for (TensorProto tensor : graph.getInitializerList()) {
      String name = name(tensor.getName(), "w", kept, taken, names);
      out.addInitializer(tensor.toBuilder().setName(name));
    }
    inner.forEach(value -> name(value, "v", kept, taken, names));
    for (NodeProto node : graph.getNodeList()) {
      NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput();
      node.getInputList().forEach(n -> copy.addInput(names.getOrDefault(n, n)));
      node.getOutputList().forEach(n -> copy.addOutput(names.getOrDefault(n, n)));
      out.addNode(copy);
    }
    return out.build();
  }

  private static String name(
      String name, String prefix, Set<String> kept, Set<String> taken, Map<String, String> names) {
    if (kept.contains(name) || name.matches(IDENTIFIER)) {
      return name;
    }
    return names.computeIfAbsent(
        name,
        n -> {
          int number = names.size();
          while (!taken.add(prefix + number)) {
            number++;
          }
          return prefix + number;
        });
  }
}

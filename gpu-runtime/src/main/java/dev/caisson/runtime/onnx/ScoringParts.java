package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A graph under the knife: its operations by what they produce, and edits that keep every other
/// operation as it is. Only the outermost graph is cut; graphs inside operations travel along.
final class ScoringParts {
  private final OnnxMl.GraphProto graph;
  private final List<OnnxMl.NodeProto> nodes;
  private final Map<String, Integer> producers = new HashMap<>();
  private final Map<String, OnnxMl.TensorProto> initializers = new HashMap<>();
  private boolean edited;

  ScoringParts(OnnxMl.GraphProto graph) {
    this.graph = graph;
    this.nodes = new ArrayList<>(graph.getNodeList());
    graph.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    index();
  }

  private void index() {
    producers.clear();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).getOutputList()) {
        producers.put(output, i);
      }
    }
  }

  List<OnnxMl.ValueInfoProto> outputs() {
    return graph.getOutputList();
  }

  Optional<OnnxMl.NodeProto> producer(String value) {
    return Optional.ofNullable(producers.get(value)).map(nodes::get);
  }

  Optional<OnnxMl.TensorProto> initializer(String value) {
    return Optional.ofNullable(initializers.get(value));
  }

  private int place(String value) {
    Integer at = producers.get(value);
    if (at == null) {
      throw new IllegalStateException("only what an operation produces is cut: " + value);
    }
    return at;
  }

  /// Puts these operations in the place of the one that produces the value.
  void replace(String value, List<OnnxMl.NodeProto> others) {
    int at = place(value);
    edited = true;
    nodes.remove(at);
    nodes.addAll(at, others);
    index();
  }

  /// Lets the operation that produces the value hand its first input on.
  void bypass(String value) {
    OnnxMl.NodeProto node = nodes.get(place(value));
    replace(value, List.of(node("Identity", node.getInput(0), value)));
  }

  /// A value name that the graph does not have.
  String fresh(String stem) {
    String name = stem;
    while (producers.containsKey(name) || initializers.containsKey(name)) {
      name += "_";
    }
    return name;
  }

  static OnnxMl.NodeProto node(String operator, String input, String output) {
    return OnnxMl.NodeProto.newBuilder()
        .setOpType(operator)
        .addInput(input)
        .addOutput(output)
        .build();
  }

  /// The operations that a value depends on, in the graph's order.
  List<OnnxMl.NodeProto> upstream(String value) {
    Set<Integer> live = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      Integer at = producers.get(open.pop());
      if (at != null && live.add(at)) {
        names(nodes.get(at), open);
      }
    }
    return live.stream().sorted().map(nodes::get).toList();
  }

  /// All names that an operation may read, those of graphs inside it among them.
  private static void names(OnnxMl.NodeProto node, Deque<String> into) {
    into.addAll(node.getInputList());
    for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
      List<OnnxMl.GraphProto> inner = new ArrayList<>(attribute.getGraphsList());
      if (attribute.hasG()) {
        inner.add(attribute.getG());
      }
      for (OnnxMl.GraphProto graph : inner) {
        graph.getNodeList().forEach(n -> names(n, into));
        graph.getOutputList().forEach(o -> into.add(o.getName()));
      }
    }
  }

  /// The graph with this one output, and only the operations that it depends on. ONNX Runtime works
  /// types out; those in the file may no longer be right.
  OnnxMl.GraphProto endingIn(String value) {
    OnnxMl.GraphProto.Builder cut = graph.toBuilder().clearNode().clearOutput();
    if (edited) {
      cut.clearValueInfo();
    }
    OnnxMl.ValueInfoProto untyped = OnnxMl.ValueInfoProto.newBuilder().setName(value).build();
    OnnxMl.ValueInfoProto output =
        graph.getOutputList().stream()
            .filter(o -> !edited && o.getName().equals(value))
            .findFirst()
            .orElse(untyped);
    return cut.addAllNode(upstream(value)).addOutput(output).build();
  }

  static boolean is(OnnxMl.NodeProto node, String operator) {
    return node.getOpType().equals(operator);
  }

  static Optional<OnnxMl.AttributeProto> attribute(OnnxMl.NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  static String text(OnnxMl.NodeProto node, String name, String otherwise) {
    return attribute(node, name).map(a -> a.getS().toStringUtf8()).orElse(otherwise);
  }

  static List<Float> floats(OnnxMl.NodeProto node, String name) {
    return attribute(node, name).map(OnnxMl.AttributeProto::getFloatsList).orElse(List.of());
  }

  static List<Long> wholes(OnnxMl.NodeProto node, String name) {
    return attribute(node, name).map(OnnxMl.AttributeProto::getIntsList).orElse(List.of());
  }

  static List<String> texts(OnnxMl.NodeProto node, String name) {
    return attribute(node, name).stream()
        .flatMap(a -> a.getStringsList().stream())
        .map(ByteString::toStringUtf8)
        .toList();
  }

  /// The entries of a whole-number or text tensor; empty for any other.
  static List<String> entries(OnnxMl.TensorProto tensor) {
    List<String> entries = new ArrayList<>();
    var raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor.getDataType()) {
      case 8 -> tensor.getStringDataList().forEach(s -> entries.add(s.toStringUtf8()));
      case 7 -> {
        tensor.getInt64DataList().forEach(i -> entries.add(Long.toString(i)));
        while (raw.remaining() >= Long.BYTES) {
          entries.add(Long.toString(raw.getLong()));
        }
      }
      case 6 -> {
        tensor.getInt32DataList().forEach(i -> entries.add(Integer.toString(i)));
        while (raw.remaining() >= Integer.BYTES) {
          entries.add(Integer.toString(raw.getInt()));
        }
      }
      default -> {}
    }
    return List.copyOf(entries);
  }
}

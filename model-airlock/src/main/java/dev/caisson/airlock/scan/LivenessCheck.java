package dev.caisson.airlock.scan;

import dev.caisson.airlock.Finding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Does every stored number reach an output? What does not is no part of the model and may be a
/// parcel.
final class LivenessCheck {
  /// Less than a row of 64 floats: constants that an exporter left behind only warn.
  private static final long TOLERATED = 256;

  private final Findings unused = new Findings("graph.unused");
  private final Findings names = new Findings("graph.names");
  private long unusedBytes;

  private LivenessCheck() {}

  static List<Finding> run(OnnxOutline model) {
    LivenessCheck check = new LivenessCheck();
    check.graph(model.graph());
    List<Finding> findings = new ArrayList<>();
    findings.addAll(check.names.orPass("every value has one name"));
    findings.addAll(check.unused.orPass("every stored number and node reaches an output"));
    return findings;
  }

  /// Checks this graph and returns the names that it needs from around it.
  private Set<String> graph(OnnxOutline.Graph graph) {
    Map<String, OnnxOutline.Node> producers = producers(graph);
    Set<String> needed = new HashSet<>();
    Set<OnnxOutline.Node> live = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<String> open = new ArrayDeque<>(graph.outputs());
    while (!open.isEmpty()) {
      String name = open.pop();
      if (name.isEmpty() || !needed.add(name)) {
        continue;
      }
      OnnxOutline.Node node = producers.get(name);
      if (node != null && live.add(node)) {
        open.addAll(node.inputs());
        node.subgraphs().forEach(inner -> open.addAll(graph(inner)));
      }
    }
    for (TensorOutline tensor : graph.initializers()) {
      if (!needed.contains(tensor.name())) {
        unused(tensor.bytes(), "initializer " + tensor.name());
      }
    }
    for (OnnxOutline.Node node : graph.nodes()) {
      if (!live.contains(node)) {
        unused(bytes(node), "node %s (%s)".formatted(node.name(), node.operation()));
      }
    }
    needed.removeAll(producers.keySet());
    graph.initializers().forEach(t -> needed.remove(t.name()));
    graph.inputs().forEach(needed::remove);
    return needed;
  }

  private Map<String, OnnxOutline.Node> producers(OnnxOutline.Graph graph) {
    Map<String, OnnxOutline.Node> producers = new HashMap<>();
    Set<String> initializers = new HashSet<>();
    Set<String> given = new HashSet<>(graph.inputs());
    for (TensorOutline tensor : graph.initializers()) {
      if (!initializers.add(tensor.name())) {
        names.block("two initializers share one name; one is never read", tensor.name());
      }
    }
    given.addAll(initializers);
    for (OnnxOutline.Node node : graph.nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty() && (producers.put(output, node) != null || given.contains(output))) {
          names.block("two values share one name; one is never read", output);
        }
      }
    }
    return producers;
  }

  private void unused(long bytes, String where) {
    unusedBytes += bytes;
    if (unusedBytes > TOLERATED) {
      unused.block(
          "%d bytes so far that no output depends on: remove them".formatted(unusedBytes), where);
    } else {
      unused.warn("%d bytes that no output depends on".formatted(bytes), where);
    }
  }

  private static long bytes(OnnxOutline.Node node) {
    long bytes = node.attributeBytes();
    for (TensorOutline tensor : node.tensors()) {
      bytes += tensor.bytes();
    }
    for (OnnxOutline.Graph inner : node.subgraphs()) {
      for (TensorOutline tensor : inner.initializers()) {
        bytes += tensor.bytes();
      }
      for (OnnxOutline.Node innerNode : inner.nodes()) {
        bytes += bytes(innerNode);
      }
    }
    return bytes;
  }
}

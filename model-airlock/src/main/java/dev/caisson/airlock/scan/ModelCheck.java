package dev.caisson.airlock.scan;

import dev.caisson.airlock.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Operator sets and domains, size in nodes and tensors, control flow, functions.
final class ModelCheck {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");
  private static final Set<String> CONTROL_FLOW = Set.of("If", "Loop", "Scan", "SequenceMap");
  private static final int OLDEST_OPSET = 13;
  private static final int NEWEST_OPSET = 21;

  private ModelCheck() {}

  static List<Finding> run(OnnxOutline model, ScanLimits limits) {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(opsets(model));
    findings.addAll(domains(model));
    findings.addAll(counts(model, limits));
    findings.addAll(controlFlow(model));
    return findings;
  }

  private static List<Finding> opsets(OnnxOutline model) {
    Findings opset = new Findings("model.opset");
    // a converter may import the same version twice; two versions leave open which one counts
    List<Long> versions =
        model.opsets().stream()
            .filter(o -> o.domain().isEmpty() || o.domain().equals("ai.onnx"))
            .map(OnnxOutline.Opset::version)
            .distinct()
            .toList();
    boolean used =
        nodes(model.graph()).stream()
            .anyMatch(n -> n.domain().isEmpty() || n.domain().equals("ai.onnx"));
    if (versions.isEmpty() && !used) {
      // XGBoost's converter imports only the set of its one operator
      return opset.orPass("no operator of the standard set");
    }
    if (versions.size() != 1) {
      opset.block("the standard operator set is imported in versions " + versions, "");
    } else if (versions.getFirst() < OLDEST_OPSET || versions.getFirst() > NEWEST_OPSET) {
      opset.warn(
          "opset %d is outside %d..%d, which were tried"
              .formatted(versions.getFirst(), OLDEST_OPSET, NEWEST_OPSET),
          "");
    }
    return opset.orPass("opset %s".formatted(versions));
  }

  private static List<Finding> domains(OnnxOutline model) {
    Findings domains = new Findings("model.domains");
    model.opsets().stream()
        .filter(o -> !DOMAINS.contains(o.domain()))
        .forEach(o -> domains.block("imports operators of domain " + o.domain(), "opset imports"));
    for (OnnxOutline.Node node : nodes(model.graph())) {
      if (!DOMAINS.contains(node.domain())) {
        domains.block(
            "uses %s of domain %s".formatted(node.operation(), node.domain()),
            "node " + node.name());
      }
    }
    if (model.functions() > 0) {
      domains.block("defines %d functions of its own".formatted(model.functions()), "functions");
    }
    if (model.trainingInfos() > 0) {
      domains.block("carries training information, which no release needs", "training info");
    }
    return domains.orPass("only operators of the ONNX standard");
  }

  private static List<Finding> counts(OnnxOutline model, ScanLimits limits) {
    Findings counts = new Findings("model.counts");
    List<OnnxOutline.Node> nodes = nodes(model.graph());
    int tensors = TensorCheck.tensors(model).size();
    if (nodes.size() > limits.nodes()) {
      counts.block("%d nodes, at most %d".formatted(nodes.size(), limits.nodes()), "");
    }
    if (tensors > limits.tensors()) {
      counts.block("%d tensors, at most %d".formatted(tensors, limits.tensors()), "");
    }
    if (nodes.isEmpty()) {
      counts.block("the graph computes nothing", "graph " + model.graph().name());
    }
    return counts.orPass("%d nodes, %d tensors".formatted(nodes.size(), tensors));
  }

  private static List<Finding> controlFlow(OnnxOutline model) {
    Findings flow = new Findings("model.control-flow");
    for (OnnxOutline.Node node : nodes(model.graph())) {
      if (!node.subgraphs().isEmpty() || CONTROL_FLOW.contains(node.operation())) {
        flow.warn(
            "%s computes different things for different inputs".formatted(node.operation()),
            "node " + node.name());
      }
    }
    return flow.orPass("no branches or loops");
  }

  /// Every node at any depth.
  static List<OnnxOutline.Node> nodes(OnnxOutline.Graph graph) {
    List<OnnxOutline.Node> nodes = new ArrayList<>();
    collect(graph, nodes);
    return nodes;
  }

  private static void collect(OnnxOutline.Graph graph, List<OnnxOutline.Node> nodes) {
    for (OnnxOutline.Node node : graph.nodes()) {
      nodes.add(node);
      node.subgraphs().forEach(inner -> collect(inner, nodes));
    }
  }
}

package dev.caisson.airlock.scan;

import dev.caisson.airlock.Finding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Are a node's attributes what its operator reads? An attribute that holds something in a second
/// field, that is given twice, or that its `ai.onnx.ml` operator doesn't have is read by nobody and
/// may be a parcel; tables of one operator that don't fit each other cannot be read as meant.
final class AttributeCheck {
  private static final String ML = "ai.onnx.ml";
  private static final List<String> TABLES = List.of("nodes_", "class_", "target_");

  /// Named like a table's column, and not one.
  private static final Set<String> APART = Set.of("class_weights_as_tensor");

  /// Exporters write one number there; a count of each node's rows would say who is rare.
  private static final int MANY_DIFFERENT = 16;

  private final Findings fields = new Findings("attributes.fields");
  private final Findings known = new Findings("attributes.known");
  private final Findings tables = new Findings("attributes.tables");
  private final Findings unread = new Findings("attributes.unread");
  private final Findings finite = new Findings("attributes.finite");

  private AttributeCheck() {}

  static List<Finding> run(OnnxOutline model) {
    AttributeCheck check = new AttributeCheck();
    ModelCheck.nodes(model.graph()).forEach(check::node);
    List<Finding> findings = new ArrayList<>();
    findings.addAll(check.fields.orPass("every attribute holds one thing, of the type it names"));
    findings.addAll(check.known.orPass("every attribute is one that its operator reads"));
    findings.addAll(check.tables.orPass("columns of one table have one length"));
    findings.addAll(check.unread.orPass("tree tables keep nothing in places that no reader uses"));
    findings.addAll(check.finite.orPass("no attribute carries data in NaNs"));
    return findings;
  }

  private void node(OnnxOutline.Node node) {
    Set<String> names = new HashSet<>();
    for (AttributeOutline attribute : node.attributes()) {
      String where = "node %s, attribute %s".formatted(node.name(), attribute.name());
      if (!names.add(attribute.name())) {
        fields.block("an attribute given twice; readers see one", where);
      }
      for (AttributeOutline.Held held : attribute.held()) {
        if (!held.type().equals(attribute.type())) {
          fields.block(
              "is declared %s and holds %d %s too"
                  .formatted(attribute.type(), held.count(), held.type()),
              where);
        }
      }
      if (attribute.refersOutside()) {
        fields.block("refers to a function's attribute, outside a function", where);
      }
      if (attribute.loudNans() > 0) {
        finite.block(
            "%d NaNs other than the usual one; each has 22 free bits to carry data"
                .formatted(attribute.loudNans()),
            where);
      }
    }
    if (node.domain().equals(ML)) {
      machineLearning(node);
    }
  }

  private void machineLearning(OnnxOutline.Node node) {
    String where = "node " + node.name();
    Optional<Map<String, String>> schema = MlOperators.attributes(node.operation());
    if (schema.isEmpty()) {
      known.block("%s is no operator of %s".formatted(node.operation(), ML), where);
      return;
    }
    for (AttributeOutline attribute : node.attributes()) {
      String type = schema.get().get(attribute.name());
      if (type == null) {
        known.block("%s has no attribute %s".formatted(node.operation(), attribute.name()), where);
      } else if (!type.equals(attribute.type())) {
        known.block(
            "%s.%s is %s, not %s"
                .formatted(node.operation(), attribute.name(), type, attribute.type()),
            where);
      }
    }
    if (node.unread().different() > MANY_DIFFERENT) {
      unread.block(
          "%d bytes of tree tables that no reader uses hold %d different numbers"
              .formatted(node.unread().bytes(), node.unread().different()),
          where);
    }
    if (node.operation().startsWith("TreeEnsemble") && !node.operation().equals("TreeEnsemble")) {
      TABLES.forEach(table -> sameLengths(node, table));
    }
  }

  private void sameLengths(OnnxOutline.Node node, String table) {
    Set<Long> lengths = new HashSet<>();
    for (AttributeOutline attribute : node.attributes()) {
      boolean column = attribute.name().startsWith(table) && !APART.contains(attribute.name());
      if (column && attribute.type().endsWith("S") && attribute.entries() > 0) {
        lengths.add(attribute.entries());
      }
    }
    if (lengths.size() > 1) {
      tables.block(
          "the columns %s* have %s entries".formatted(table, lengths), "node " + node.name());
    }
  }
}

package dev.caisson.airlock.structure;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.ModelGraph.Operation;
import dev.caisson.airlock.scan.WeightBits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the structure of a model discloses, with the members' rows at hand. Every check gives a
/// finding; where one has nothing to say it passes as "not applicable", with the reason.
///
/// - A model that keeps persons' rows blocks.
/// - Residual degrees of freedom (persons less parameters) below the limit block, for linear
///   models; they warn where the caller says that a penalty was used: the file does not tell.
/// - Leaf occupancy by routing the members: a leaf with fewer members than the limit blocks.
/// - Members who get the same output, only where outputs are constant by pieces (trees): a group of
///   fewer than k blocks for a single tree and warns for an ensemble, where few share all leaves;
///   classes that all of a group, or fewer than k of it, have, warn.
///
/// Misses: anything about networks; nearest neighbours written without a table of the members' size
/// or `TopK`; trees in operator set 5; trees behind a transformation, unless rows are given as the
/// trees see them; bootstrapped rows (occupancy counts the members, not the sample of each tree).
public final class StructuralDisclosure {
  private static final Set<String> HARMLESS = Set.of("Cast", "Identity");

  private final StructuralLimits limits;

  public StructuralDisclosure(StructuralLimits limits) {
    this.limits = limits;
  }

  /// The model's structure and all findings.
  public record Report(ModelStructure structure, List<Finding> findings) {
    public Report {
      findings = List.copyOf(findings);
    }
  }

  public Report assess(ModelGraph graph, Members members, boolean penalised) {
    int width = members.rows().width();
    ModelStructure structure = ModelStructure.of(graph, members.persons(), width);
    if (structure.kind() != ModelKind.INSTANCES && members.order().length != members.persons()) {
      structure =
          ModelStructure.of(graph, members.order().length, width); // a row kept for each row
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(
        structure.kind() == ModelKind.UNKNOWN
            ? Finding.warn("structure.kind", "unknown: " + structure.reason(), "")
            : Finding.pass("structure.kind", structure.kind().words() + ": " + structure.reason()));
    findings.add(
        structure.kind() == ModelKind.INSTANCES
            ? Finding.block("structure.instances", structure.reason(), "")
            : Finding.pass("structure.instances", "no table of persons' rows was recognised"));
    findings.add(degrees(graph, structure, members, penalised));
    findings.addAll(trees(graph, structure, members));
    return new Report(structure, findings);
  }

  private Finding degrees(
      ModelGraph graph, ModelStructure structure, Members members, boolean penalised) {
    String check = "structure.residual-degrees";
    if (structure.kind() != ModelKind.LINEAR) {
      return notApplicable(check, "is no linear model");
    }
    long parameters = parameters(graph);
    long left = members.persons() - parameters;
    String what =
        "%d residual degrees of freedom: %d persons, %d parameters"
            .formatted(left, members.persons(), parameters);
    if (penalised && left < limits.residualDegrees()) {
      return Finding.warn(
          check, what + "; was penalised, by the caller's word: ask to see how it was fitted", "");
    }
    return left < limits.residualDegrees()
        ? Finding.block(check, what + "; at least %d".formatted(limits.residualDegrees()), "")
        : Finding.pass(check, what);
  }

  /// Of one equation: a classifier of c classes has c - 1, a regressor one for each target.
  private static long parameters(ModelGraph graph) {
    for (Operation op : graph.operations()) {
      long all = (long) op.numbers("coefficients").length + op.numbers("intercepts").length;
      if (op.operator().equals("LinearClassifier")) {
        int classes =
            Math.max(op.wholes("classlabels_ints").length, op.texts("classlabels_strings").size());
        return classes > 1 ? all / classes * (classes - 1) : all;
      }
      if (op.operator().equals("LinearRegressor")) {
        long[] targets = op.wholes("targets");
        return targets.length == 1 && targets[0] > 1 ? all / targets[0] : all;
      }
    }
    // one product: its matrix, and an offset for each of its columns
    long most = 0;
    for (Map.Entry<String, WeightBits> weight : graph.weights().entrySet()) {
      List<Long> shape = weight.getValue().shape();
      most = shape.size() == 2 ? Math.max(most, Math.max(shape.get(0), shape.get(1)) + 1) : most;
    }
    return most;
  }

  private List<Finding> trees(ModelGraph graph, ModelStructure structure, Members members) {
    List<String> checks = List.of("structure.leaves", "structure.groups", "structure.classes");
    if (structure.kind() != ModelKind.TREES) {
      return checks.stream()
          .map(c -> notApplicable(c, "outputs are not known to be constant by pieces"))
          .toList();
    }
    Findings leaves = new Findings(checks.get(0));
    Findings groups = new Findings(checks.get(1));
    Findings classes = new Findings(checks.get(2));
    boolean routed = true;
    for (Operation op : graph.operations()) {
      if (!op.operator().startsWith("TreeEnsemble")) {
        continue;
      }
      String where = "node " + op.name();
      Optional<Trees> trees = Trees.of(op, members.rows().width());
      if (!members.inner() && !reads(graph, op)) {
        leaves.warn("not looked at: the model changes its inputs before the trees see them", where);
        routed = false;
      } else if (trees.isEmpty()) {
        leaves.warn("its tables are not those of trees over the members' columns", where);
        routed = false;
      } else {
        report(Occupancy.of(trees.get(), members, limits.k()), where, leaves, groups, classes);
      }
    }
    List<Finding> findings = new ArrayList<>();
    findings.addAll(
        leaves.orPass("every leaf has at least %d members".formatted(limits.smallestLeaf())));
    String unknown = "not looked at: the members could not be followed through all trees";
    findings.addAll(
        groups.orPass(
            routed ? "every output is shared by %d members".formatted(limits.k()) : unknown));
    findings.addAll(classes.orPass(routed ? "no output gives a class away" : unknown));
    return findings;
  }

  private void report(
      Occupancy o, String where, Findings leaves, Findings groups, Findings classes) {
    if (o.smallestLeaf() < limits.smallestLeaf()) {
      leaves.block(
          "the smallest of %d leaves has %d members, the policy asks for %d"
              .formatted(o.leaves(), o.smallestLeaf(), limits.smallestLeaf()),
          where);
    }
    if (o.emptyLeaves() > 0) {
      leaves.warn("%d leaves have no member".formatted(o.emptyLeaves()), where);
    }
    if (o.groupsBelow() > 0) {
      String what =
          "%d of %d outputs are shared by fewer than %d members"
              .formatted(o.groupsBelow(), o.groups(), limits.k());
      if (o.trees() == 1) {
        groups.block(what, where);
      } else {
        groups.warn(what, where);
      }
    }
    if (o.pureGroups() + o.exposedGroups() > 0) {
      classes.warn(
          "in %d of %d outputs all members have one class, in %d some class has fewer than %d"
              .formatted(o.pureGroups(), o.groups(), o.exposedGroups(), limits.k()),
          where);
    }
  }

  /// Whether the operation reads the model's input as it is.
  private static boolean reads(ModelGraph graph, Operation op) {
    Map<String, Operation> producers = graph.producers();
    String value = op.inputs().getFirst();
    for (int steps = 0; steps < 10; steps++) {
      if (graph.inputs().contains(value)) {
        return true;
      }
      Operation producer = producers.get(value);
      if (producer == null || !HARMLESS.contains(producer.operator())) {
        return false;
      }
      value = producer.inputs().getFirst();
    }
    return false;
  }

  private static Finding notApplicable(String check, String reason) {
    return Finding.pass(check, "not applicable: " + reason);
  }
}

package dev.caisson.runtime.onnx;

import dev.caisson.runtime.onnx.Parameter.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides which initializers are parameters. In words:
///
/// A float initializer of one dimension or more trains where a node reads it as the matrix, kernel,
/// embedding or bias of a layer ([Role#MATRIX]), as the scale or shift of a normalisation or the
/// slope of a PRelu ([Role#SCALE]), or where it is added to, multiplied with or appended to a value
/// that already depends on a weight ([Role#JOINED]); the last two only if its name is not one that
/// exporters make up ([ExporterNames]). So the means and scales of a scaler, which meet the raw
/// inputs, masks, shapes, single numbers and the dummy scale of a normalisation without weights
/// stay as they are. Where PyTorch's exporter says what is a parameter and what a buffer, it is
/// believed; `caisson.frozen` and `caisson.trained` overrule all of this.
///
/// A parameter with several readers is refused unless `caisson.tied` names it: exporters merge
/// initializers that happen to be equal (two fresh biases, say), and training them as one would
/// quietly tie layers together. Readers of different slices are no such case.
final class Trainable {
  private static final String MADE_UP_NAME =
      "exporters make such names up for constants, and for weights that they fold";
  private static final String MEETS_NO_WEIGHT =
      "it meets a value that depends on no weight, as a scaler's numbers do";
  private static final String NO_LAYER = "no operation reads it as a weight";

  private final Lineage lineage;
  private final Declarations declarations;
  private final Map<String, String> exporterKinds;
  private final Map<String, Role> roles = new HashMap<>();
  private final Map<String, String> doubts = new HashMap<>();
  private final Map<String, Reading> readings = new HashMap<>();
  private final Map<String, String> shared = new HashMap<>();

  /// A parameter and its position in the list of initializers.
  record Chosen(int position, Tensor tensor, Kind kind) {}

  /// Both in file order.
  record Decision(List<Chosen> parameters, List<Constant> constants) {}

  /// The node that reads an initializer, and whether it gets all of it.
  private record Reading(Node node, boolean whole) {}

  private Trainable(GraphDecoder.Decoded model) throws InvalidModelException {
    this.lineage = new Lineage(model.graph().initializers());
    this.declarations = Declarations.of(model.metadata(), model.graph().initializers());
    this.exporterKinds = model.exporterKinds();
  }

  static Decision decide(GraphDecoder.Decoded model) throws InvalidModelException {
    Graph graph = model.graph();
    Trainable trainable = new Trainable(model);
    for (Node node : graph.nodes()) {
      trainable.read(node);
    }
    List<Chosen> parameters = new ArrayList<>();
    List<Constant> constants = new ArrayList<>();
    for (int i = 0; i < graph.initializers().size(); i++) {
      Tensor tensor = graph.initializers().get(i);
      String reason = trainable.reasonAgainst(tensor);
      if (reason == null) {
        parameters.add(new Chosen(i, tensor, trainable.kind(tensor)));
      } else {
        constants.add(
            new Constant(
                tensor.name(),
                tensor.type(),
                tensor.shape(),
                reason,
                isDoubtful(tensor.name(), reason)));
      }
    }
    return new Decision(List.copyOf(parameters), List.copyOf(constants));
  }

  private void read(Node node) throws InvalidModelException {
    if (lineage.follow(node)) {
      return;
    }
    boolean joinsWeight = lineage.dependsOnWeight(node);
    for (int i = 0; i < node.inputs().size(); i++) {
      for (Lineage.Origin origin : lineage.origins(node.input(i))) {
        String initializer = origin.initializer();
        Role role = accepted(Role.of(node.operation(), i), initializer, joinsWeight);
        assign(node, initializer, role);
        if (role == Role.MATRIX || role == Role.SCALE || role == Role.JOINED) {
          lineage.learn(node);
        }
        note(origin, new Reading(node, origin.whole()));
      }
    }
  }

  /// The role, or OTHER where the exporter, the name or the surroundings speak against it; the
  /// doubt is kept in words.
  private Role accepted(Role role, String initializer, boolean joinsWeight) {
    if (role == Role.OTHER || role == Role.STATISTIC) {
      return role;
    }
    String kind = exporterKinds.get(initializer);
    String doubt = null;
    if (kind != null && !kind.equals("PARAMETER")) {
      doubt = "PyTorch's exporter says that it is no parameter (%s)".formatted(kind);
    } else if (kind == null && role == Role.JOINED && !joinsWeight) {
      doubt = MEETS_NO_WEIGHT;
    } else if (kind == null && role != Role.MATRIX && ExporterNames.madeUp(initializer)) {
      doubt = MADE_UP_NAME;
    }
    if (doubt == null) {
      return role;
    }
    doubts.put(initializer, doubt);
    return Role.OTHER;
  }

  private void assign(Node node, String initializer, Role role) throws InvalidModelException {
    Role other = roles.getOrDefault(initializer, Role.OTHER);
    if (role == Role.OTHER || other == Role.OTHER) {
      roles.put(initializer, role == Role.OTHER ? other : role);
    } else if ((role == Role.STATISTIC) != (other == Role.STATISTIC)
        && !declarations.frozen().contains(initializer)) {
      throw new InvalidModelException(
          "%s reads initializer '%s' as %s, an earlier node as the contrary; export again with optimize=False"
              .formatted(
                  node.label(),
                  initializer,
                  role == Role.STATISTIC ? "a running statistic" : "a weight"));
    }
  }

  private void note(Lineage.Origin origin, Reading reading) {
    String initializer = origin.initializer();
    Reading other = readings.get(initializer);
    if (other == null || reading.whole()) {
      readings.put(initializer, reading);
    }
    if (other != null
        && (other.whole() || reading.whole())
        && !declarations.tied().contains(initializer)) {
      shared.putIfAbsent(
          initializer,
          "initializer '%s' is read by %s and by %s: exporters merge equal tensors, and training would tie the layers; export again with optimize=False, or name it in the metadata caisson.tied where the model shares it on purpose"
              .formatted(initializer, other.node().label(), reading.node().label()));
    }
  }

  private Kind kind(Tensor tensor) {
    return roles.get(tensor.name()) == Role.STATISTIC ? Kind.STATISTIC : Kind.WEIGHT;
  }

  /// Why this initializer stays as it is; null for a parameter.
  private @Nullable String reasonAgainst(Tensor tensor) throws InvalidModelException {
    String name = tensor.name();
    Role role = roles.get(name);
    boolean asked = declarations.trained().contains(name);
    if (asked && (!Lineage.canTrain(tensor) || role == null || role == Role.STATISTIC)) {
      throw new InvalidModelException(
          "the metadata caisson.trained names '%s', which cannot train: %s"
              .formatted(
                  name,
                  role == Role.STATISTIC
                      ? "it is a running statistic, which follows the data"
                      : role == null ? unread(tensor) : "it is not of float numbers"));
    }
    if (declarations.frozen().contains(name)) {
      return "the metadata caisson.frozen names it";
    }
    if (role == null) {
      return unread(tensor);
    }
    if (role == Role.OTHER && !asked) {
      return doubts.getOrDefault(name, NO_LAYER);
    }
    String tie = shared.get(name);
    if (tie != null) {
      throw new InvalidModelException(tie);
    }
    return null;
  }

  private static boolean isDoubtful(String name, String reason) {
    return reason.equals(MADE_UP_NAME)
        || (!ExporterNames.madeUp(name)
            && (reason.equals(NO_LAYER) || reason.equals(MEETS_NO_WEIGHT)));
  }

  private static String unread(Tensor tensor) {
    if (tensor.type() != ElementType.FLOAT) {
      return "only numbers of type FLOAT train, these are " + tensor.type();
    }
    return tensor.shape().rank() == 0 ? "a single number never trains" : "nothing reads it";
  }
}

package dev.caisson.runtime.pytorch;

import static dev.caisson.runtime.pytorch.Emission.literal;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inference;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Writes the program that trains many models of one graph at once. Every value has one dimension
/// more than in the graph, the member, in front; a member's loss is the mean over its rows, and the
/// gradient of the sum of losses has each member's own gradient in its row. Has the operations of
/// multi-layer perceptrons.
final class EnsembleWriter {
  private static final Set<String> UNARY =
      Set.of("Relu", "Sigmoid", "Tanh", "Softplus", "Mish", "HardSwish", "Neg", "Abs", "Exp");

  private static final Set<String> BINARY = Set.of("Add", "Sub", "Mul", "Div");

  private final Shapes shapes;
  private final OnnxModel model;
  private final TrainingRecipe recipe;
  private final List<Parameter> weights;
  private final int members;
  private final Source source = new Source();
  private final List<Stored> constants = new ArrayList<>();
  private final Map<String, String> variables = new HashMap<>();
  private int numbered;

  private EnsembleWriter(OnnxModel model, Shapes shapes, TrainingRecipe recipe, int members) {
    this.model = model;
    this.shapes = shapes;
    this.recipe = recipe;
    this.weights = new Packing(model.layout()).weights();
    this.members = members;
  }

  /// @throws UnsupportedModelException where the graph has an operation that is not of a
  ///   perceptron, naming the node
  static ScriptWriter.Script write(
      OnnxModel model, Shapes shapes, TrainingRecipe recipe, int members)
      throws UnsupportedModelException, InvalidModelException {
    return new EnsembleWriter(model, shapes, recipe, members).write();
  }

  private ScriptWriter.Script write() throws UnsupportedModelException, InvalidModelException {
    source.block(
        """
        class Model(Module):
          __parameters__ = []
          __buffers__ = []
          def weights(self, v: Tensor) -> List[Tensor]:
            u = torch.detach(v)
            w = annotate(List[Tensor], [])
        """);
    int offset = 0;
    for (Parameter weight : weights) {
      List<Long> shape = new ArrayList<>(weight.shape().dimensions());
      shape.addFirst((long) members);
      source.line(
          "    _0 = torch.append(w, torch.requires_grad_(torch.view(torch.narrow(u, 1, %d, %d), %s), True))"
              .formatted(offset, weight.length(), shape));
      offset += weight.length();
    }
    source.line("    return w");
    source.line(
        "  def output(self, x: Tensor, w: List[Tensor], t: List[Tensor], seed: int) -> Tensor:");
    source.line("    n = torch.size(x, 1)");
    graph();
    forward();
    return new ScriptWriter.Script(source, List.copyOf(constants));
  }

  private void graph() throws UnsupportedModelException, InvalidModelException {
    for (int i = 0; i < weights.size(); i++) {
      variables.put(weights.get(i).name(), "w[%d]".formatted(i));
    }
    if (shapes.inputs().size() != 1 || shapes.inputs().getFirst().rank() != 2) {
      throw new UnsupportedModelException(
          "an ensemble trains graphs of one input [rows × features], this one has "
              + shapes.inputs());
    }
    variables.put(model.graph().inputs().getFirst().name(), "x");
    for (Node node : shapes.nodes()) {
      emit(node, shapes.at(node));
    }
    source.line(
        "    return %s".formatted(variables.get(model.graph().outputs().getFirst().name())));
  }

  private void emit(Node node, Inference known)
      throws UnsupportedModelException, InvalidModelException {
    String operation = node.operation();
    String function = operation.toLowerCase(Locale.ROOT);
    if (operation.equals("Constant")) {
      return;
    }
    if (UNARY.contains(operation)) {
      result(node, "torch.%s(%s)".formatted(function, value(node, 0)));
    } else if (BINARY.contains(operation)) {
      int rank = known.output(0).orElseThrow().rank();
      result(
          node,
          "torch.%s(%s, %s)".formatted(function, aligned(node, 0, rank), aligned(node, 1, rank)));
    } else {
      switch (operation) {
        case "Identity" -> variables.put(node.outputs().getFirst(), value(node, 0));
        case "Gemm" -> gemm(node);
        case "MatMul" ->
            result(node, "torch.bmm(%s, %s)".formatted(matrix(node, 0), matrix(node, 1)));
        case "LeakyRelu" -> withAlpha(node, "leaky_relu", 0.01f);
        case "Elu" -> withAlpha(node, "elu", 1);
        case "Gelu" ->
            result(
                node,
                "torch.gelu(%s, approximate=\"%s\")"
                    .formatted(
                        value(node, 0),
                        node.text("approximate", "none").equals("tanh") ? "tanh" : "none"));
        case "Softmax" -> alongAxis(node, known, "softmax");
        case "LogSoftmax" -> alongAxis(node, known, "log_softmax");
        case "Flatten" -> flatten(node, known);
        case "Dropout" -> dropout(node, known);
        default ->
            throw new UnsupportedModelException(
                "%s: ensembles have the operations of multi-layer perceptrons; train these models one by one"
                    .formatted(node.label()));
      }
    }
  }

  private void withAlpha(Node node, String function, float otherwise)
      throws UnsupportedModelException, InvalidModelException {
    result(
        node,
        "torch.%s(%s, %s)"
            .formatted(function, value(node, 0), literal(node.real("alpha", otherwise))));
  }

  private void alongAxis(Node node, Inference known, String function)
      throws UnsupportedModelException, InvalidModelException {
    int axis = known.axis("axis", -1, known.input(0).rank());
    result(node, "torch.%s(%s, %d)".formatted(function, value(node, 0), axis + 1));
  }

  private void flatten(Node node, Inference known)
      throws UnsupportedModelException, InvalidModelException {
    if (known.input(0).rank() != 2 || known.axis("axis", 1, 2) != 1) {
      throw new UnsupportedModelException(node.label() + ": ensembles only flatten rows");
    }
    variables.put(node.outputs().getFirst(), value(node, 0));
  }

  private void gemm(Node node) throws UnsupportedModelException, InvalidModelException {
    String a = transposed(node, 0, "transA");
    String b = transposed(node, 1, "transB");
    String alpha = literal(node.real("alpha", 1));
    if (node.input(2).isEmpty()) {
      result(node, "torch.mul(torch.bmm(%s, %s), %s)".formatted(a, b, alpha));
    } else {
      result(
          node,
          "torch.baddbmm(%s, %s, %s, beta=%s, alpha=%s)"
              .formatted(aligned(node, 2, 2), a, b, literal(node.real("beta", 1)), alpha));
    }
  }

  private String transposed(Node node, int position, String attribute)
      throws UnsupportedModelException, InvalidModelException {
    String matrix = matrix(node, position);
    return node.whole(attribute, 0) == 0 ? matrix : "torch.transpose(%s, 1, 2)".formatted(matrix);
  }

  /// A matrix for each member.
  private String matrix(Node node, int position) throws UnsupportedModelException {
    Inferred known = shapes.of(node.input(position));
    if (known.rank() != 2) {
      throw new UnsupportedModelException(
          "%s: ensembles multiply matrices, not %s".formatted(node.label(), known));
    }
    String value = value(node, position);
    return variables.containsKey(node.input(position))
        ? value
        : "torch.expand(%s, [%d, -1, -1])".formatted(value, members);
  }

  /// A value with so many dimensions beside the member: new ones are put after it.
  private String aligned(Node node, int position, int rank) throws UnsupportedModelException {
    String value = value(node, position);
    List<Dim> dims = shapes.of(node.input(position)).dims();
    if (dims.size() == rank || !variables.containsKey(node.input(position))) {
      return value;
    }
    List<Dim> padded = new ArrayList<>(List.of(Dim.of(members)));
    padded.addAll(Collections.nCopies(rank - dims.size(), Dim.ONE));
    padded.addAll(dims);
    return "torch.reshape(%s, %s)".formatted(value, Emission.shape(padded));
  }

  private void dropout(Node node, Inference known)
      throws UnsupportedModelException, InvalidModelException {
    double ratio = DropoutOperations.ratio(known);
    if (ratio == 0) {
      variables.put(node.outputs().getFirst(), value(node, 0));
      return;
    }
    result(node, DropoutOperations.masked(value(node, 0), ratio, numbered));
  }

  private String value(Node node, int position) throws UnsupportedModelException {
    String name = node.input(position);
    String known = variables.get(name);
    if (known != null) {
      return known;
    }
    Tensor stored =
        shapes
            .of(name)
            .stored()
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        "%s: ensembles cannot read '%s'".formatted(node.label(), name)));
    constants.add(new Stored.FromFile(stored));
    return "t[%d]".formatted(Slot.COUNT + constants.size() - 1);
  }

  private void result(Node node, String expression) {
    String variable = "v%d".formatted(numbered++);
    source.line("    %s = %s".formatted(variable, expression), node);
    variables.put(node.outputs().getFirst(), variable);
  }

  private void forward() {
    source.block(DropoutOperations.MASK);
    source.line("  def forward(self, t: List[Tensor]) -> Tensor:");
    for (Slot slot : Slot.values()) {
      source.line(slot.declaration());
    }
    source.block(
        """
            taken = int(counter)
            rows = torch.size(order, 1)
            steps = torch.floordiv(torch.add(rows, %2$d), %1$d)
            losses = annotate(List[Tensor], [])
            w = (self).weights(v)
            for i in range(steps):
              k = torch.add(torch.add(taken, i), 1)
              at = torch.mul(i, %1$d)
              size = ops.prim.min(%1$d, torch.sub(rows, at))
              pick = torch.reshape(torch.narrow(order, 1, at, size), [-1])
              bx = torch.reshape(torch.index_select(x, 0, pick), [%3$d, size, -1])
              by = torch.index_select(y, 0, pick)
              seed = int(torch.select(seeds, 0, i))
              rate = float(torch.select(rates, 0, i))
              out = (self).output(bx, w, t, seed)
              each = torch.mean(torch.reshape(%4$s, [%3$d, -1]), [1])
              gs = torch.grad([torch.sum(each)], w)
              flat = annotate(List[Tensor], [])
              for j in range(%5$d):
                _0 = torch.append(flat, torch.reshape(unchecked_cast(Tensor, gs[j]), [%3$d, -1]))
              g = torch.cat(flat, 1)
              _l = torch.append(losses, torch.detach(each))
        """
            .formatted(
                recipe.batchSize(), recipe.batchSize() - 1, members, loss(), weights.size()));
    source.block(OptimiserCode.of(recipe, true));
    source.block(
        """
            _c = torch.add_(counter, steps)
            return torch.cpu(torch.stack(losses))
        """);
  }

  /// A loss for each row and member (and output).
  private String loss() {
    String together =
        recipe.loss() == Loss.SOFTMAX_CROSS_ENTROPY
            ? "torch.flatten(out, 0, 1)"
            : "torch.reshape(out, torch.size(by))";
    return switch (recipe.loss()) {
      case SOFTMAX_CROSS_ENTROPY ->
          "torch.cross_entropy_loss(%s, torch.reshape(by, [-1]), None, 0)".formatted(together);
      case BINARY_CROSS_ENTROPY ->
          "torch.binary_cross_entropy_with_logits(%s, by, None, None, 0)".formatted(together);
      case MEAN_SQUARED_ERROR -> "torch.mse_loss(%s, by, 0)".formatted(together);
      case HUBER -> "torch.huber_loss(%s, by, 0)".formatted(together);
    };
  }
}

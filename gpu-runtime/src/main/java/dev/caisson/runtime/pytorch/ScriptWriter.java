package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.Features;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;

/// Writes the TorchScript program of a model and a recipe, in the spelling of serialised modules:
///
/// - `weights` and `statistics` cut the flat vectors into parameters (views of their memory; the
///   weights are leaves of the gradient);
/// - `training_output` and `scoring_output` are the graph, with and without dropout and the
///   statistics of the batch;
/// - `gradient` gives the loss and the flat gradient over all rows of `x`, as when scoring;
/// - `update` is the optimiser's step for some weights, given their gradient;
/// - `forward` walks through `order` batch by batch, one optimiser step each, and gives the loss of
///   each step;
/// - `trial` goes once through the rows in `order` as a step does, and changes nothing;
/// - `score` gives the outputs for `x`.
final class ScriptWriter {
  private static final int LARGEST_AT_ONCE = 1 << 13;

  private final OnnxModel model;
  private final Shapes shapes;
  private final TrainingRecipe recipe;
  private final Packing packing;
  private final Features features;
  private final int real;
  private final boolean onGpu;
  private final Source source = new Source();
  private final Constants constants = new Constants();

  /// @param real PyTorch's number for the type that the program computes in
  private ScriptWriter(
      OnnxModel model, Shapes shapes, TrainingRecipe recipe, int real, boolean onGpu)
      throws InvalidModelException {
    this.model = model;
    this.shapes = shapes;
    this.recipe = recipe;
    this.packing = new Packing(model.layout());
    this.features = Features.of(model.graph(), shapes);
    this.real = real;
    this.onGpu = onGpu;
  }

  /// A program's text, and the constants that it wants after the fixed slots.
  record Script(Source source, List<Stored> constants) {}

  static Script write(OnnxModel model, Shapes shapes, TrainingRecipe recipe, int real)
      throws UnsupportedModelException, InvalidModelException {
    return write(model, shapes, recipe, real, false);
  }

  static Script write(
      OnnxModel model, Shapes shapes, TrainingRecipe recipe, int real, boolean onGpu)
      throws UnsupportedModelException, InvalidModelException {
    return new ScriptWriter(model, shapes, recipe, real, onGpu).write();
  }

  private Script write() throws UnsupportedModelException, InvalidModelException {
    source.block(
        """
        class Model(Module):
          __parameters__ = []
          __buffers__ = []
        """);
    source.block(DropoutOperations.MASK);
    views("weights", packing.weights(), "torch.requires_grad_(%s, True)");
    views("pieces", packing.weights(), "%s");
    views("statistics", packing.statistics(), "%s");
    graph("training_output", true);
    graph("scoring_output", false);
    gradient();
    score();
    update();
    source.block(PieceCode.of(packing.weights().size(), loss("out", "py")));
    forward();
    return new Script(source, constants.list());
  }

  private void views(String name, List<Parameter> parameters, String each) {
    source.line("  def %s(self, v: Tensor) -> List[Tensor]:".formatted(name));
    source.line("    u = torch.detach(v)");
    source.line("    w = annotate(List[Tensor], [])");
    int offset = 0;
    for (Parameter parameter : parameters) {
      String view =
          "torch.view(torch.narrow(u, 0, %d, %d), %s)"
              .formatted(offset, parameter.length(), parameter.shape().dimensions());
      source.line("    _0 = torch.append(w, %s)".formatted(each.formatted(view)));
      offset += parameter.length();
    }
    source.line("    return w");
  }

  private void graph(String name, boolean training)
      throws UnsupportedModelException, InvalidModelException {
    source.line(
        "  def %s(self, x: Tensor, w: List[Tensor], s: List[Tensor], t: List[Tensor], seed: int) -> Tensor:"
            .formatted(name));
    source.line("    n = torch.size(x, 0)");
    GraphWriter writer = new GraphWriter(model.graph(), shapes, training, real, source, constants);
    writer.parameters(packing);
    List<String> inputs = new ArrayList<>();
    for (String expression : FeatureCode.of(features)) {
      String input = "x%d".formatted(inputs.size());
      source.line("    %s = %s".formatted(input, expression));
      inputs.add(input);
    }
    writer.inputs(inputs);
    writer.write();
  }

  private String loss(String output, String labels) {
    return LossCode.of(recipe.loss(), output(), output, labels);
  }

  private List<Dim> output() {
    return shapes.output().dims();
  }

  private void gradient() {
    source.block(
        """
          def gradients(self, loss: Tensor, w: List[Tensor]) -> List[Tensor]:
            gs = torch.grad([loss], w)
            all = annotate(List[Tensor], [])
            for i in range(%1$d):
              _0 = torch.append(all, unchecked_cast(Tensor, gs[i]))
            return all
          def flat(self, gs: List[Tensor]) -> Tensor:
            flat = annotate(List[Tensor], [])
            for i in range(%1$d):
              _0 = torch.append(flat, torch.reshape(gs[i], [-1]))
            return torch.cat(flat)
          def flat_gradient(self, loss: Tensor, w: List[Tensor]) -> Tensor:
            return (self).flat((self).gradients(loss, w))
        """
            .formatted(packing.weights().size()));
    function("gradient(self, t: List[Tensor]) -> List[Tensor]");
    source.block(
        """
            w = (self).weights(v)
            out = (self).scoring_output(x, w, (self).statistics(b), t, 0)
            loss = %s
            return [torch.cpu(torch.detach(loss)), torch.cpu((self).flat_gradient(loss, w))]
        """
            .formatted(loss("out", "y")));
    function("trial(self, t: List[Tensor]) -> Tensor");
    source.block(PieceCode.trial(loss("out", "by")));
  }

  private void score() {
    function("score(self, t: List[Tensor]) -> Tensor");
    source.line(
        "    out = (self).scoring_output(x, (self).weights(v), (self).statistics(b), t, 0)");
    source.line("    return torch.cpu(torch.detach(%s))".formatted(LossCode.rows(output(), "out")));
  }

  private void update() {
    source.line(
        "  def update(self, v: Tensor, anchor: Tensor, m1: Tensor, m2: Tensor, gradient: Tensor, rate: float, k: int%s) -> int:"
            .formatted(recipe.offset() ? ", offset: Tensor" : ""));
    source.line("      g = gradient");
    source.block(OptimiserCode.of(recipe));
    source.line("      return k");
  }

  /// Whether the optimiser goes from parameter to parameter. A small model's weights are updated at
  /// once, in few operations; a large one's are not worth the copy that puts its gradient together,
  /// unless on a GPU, where starting an operation takes longer than the copy. The longest gradient
  /// is over all of them, so clipping wants them together.
  private boolean inPieces() {
    return !onGpu && recipe.clipNorm() == 0 && Packing.length(packing.weights()) > LARGEST_AT_ONCE;
  }

  private void forward() {
    function("forward(self, t: List[Tensor]) -> Tensor");
    source.block(
        """
            taken = int(counter)
            most = int(piece)
            rows = torch.size(order, 0)
            steps = torch.floordiv(torch.add(rows, %2$d), %1$d)
            losses = annotate(List[Tensor], [])
            w = (self).weights(v)
            s = (self).statistics(b)
        """
            .formatted(recipe.batchSize(), recipe.batchSize() - 1));
    if (inPieces()) {
      pieces();
    }
    source.block(
        """
            for i in range(steps):
              k = torch.add(torch.add(taken, i), 1)
              at = torch.mul(i, %1$d)
              size = ops.prim.min(%1$d, torch.sub(rows, at))
              pick = torch.narrow(order, 0, at, size)
              bx = torch.index_select(x, 0, pick)
              by = torch.index_select(y, 0, pick)
              seed = int(torch.select(seeds, 0, i))
              rate = float(torch.select(rates, 0, i))
              if torch.__and__(torch.gt(most, 0), torch.gt(size, most)):
                parts = (self).in_pieces(bx, by, w, s, t, seed, most)
                loss = parts[-1]
                gs = parts[:-1]
              else:
                out = (self).training_output(bx, w, s, t, seed)
                loss = %2$s
                gs = (self).gradients(loss, w)
        """
            .formatted(recipe.batchSize(), loss("out", "by")));
    if (inPieces()) {
      source.line("      for j in range(%d):".formatted(packing.weights().size()));
      source.line(
          "        _u = (self).update(pv[j], pa[j], p1[j], p2[j], gs[j], rate, k%s)"
              .formatted(recipe.offset() ? ", po[j]" : ""));
    } else {
      source.line("      g = (self).flat(gs)");
      source.line(
          "      _u = (self).update(v, anchor, m1, m2, g, rate, k%s)"
              .formatted(recipe.offset() ? ", offset" : ""));
    }
    source.block(
        """
              _l = torch.append(losses, torch.detach(loss))
            _c = torch.add_(counter, steps)
            return torch.cpu(torch.stack(losses))
        """);
  }

  /// The state cut as the weights are; where the optimiser lacks a part, the weights stand in for
  /// it and are not read as such.
  private void pieces() {
    var optimiser = recipe.optimiser();
    source.line("    pv = (self).pieces(v)");
    source.line("    pa = (self).pieces(%s)".formatted(recipe.proximal() == 0 ? "v" : "anchor"));
    if (recipe.offset()) {
      source.line("    po = (self).pieces(offset)");
    }
    source.line(
        "    p1 = (self).pieces(%s)"
            .formatted(OptimiserCode.hasFirstMoment(optimiser) ? "m1" : "v"));
    source.line(
        "    p2 = (self).pieces(%s)"
            .formatted(OptimiserCode.hasSecondMoment(optimiser) ? "m2" : "v"));
  }

  private void function(String signature) {
    source.line("  def %s:".formatted(signature));
    for (Slot slot : Slot.values()) {
      source.line(slot.declaration());
    }
  }
}

package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;

/// Writes the TorchScript program of a model and a recipe, in the spelling of serialised modules:
///
/// - `weights` cuts the flat vector into parameters (views of its memory, leaves of the gradient);
/// - `training_output` and `scoring_output` are the graph, with and without dropout;
/// - `gradient` gives the loss and the flat gradient over all rows of `x`;
/// - `forward` walks through `order` batch by batch, one optimiser step each, and gives the sum
///   over rows of the losses;
/// - `score` gives the outputs for `x`.
final class ScriptWriter {
  private ScriptWriter() {}

  /// A program's text, and the constants that it wants after the fixed slots.
  record Script(Source source, List<Tensor> constants) {}

  static Script write(OnnxModel model, TrainingRecipe recipe)
      throws UnsupportedModelException, InvalidModelException {
    Source source = new Source();
    List<Tensor> constants = new ArrayList<>();
    source.block(
        """
        class Model(Module):
          __parameters__ = []
          __buffers__ = []
        """);
    weights(model.layout().parameters(), source);
    graph("training_output", model, true, source, constants);
    graph("scoring_output", model, false, source, constants);
    functions(model, recipe, source);
    return new Script(source, List.copyOf(constants));
  }

  private static void weights(List<Parameter> parameters, Source source) {
    source.line("  def weights(self, v: Tensor) -> List[Tensor]:");
    source.line("    u = torch.detach(v)");
    source.line("    w = annotate(List[Tensor], [])");
    for (Parameter parameter : parameters) {
      source.line(
          "    _0 = torch.append(w, torch.requires_grad_(torch.view(torch.narrow(u, 0, %d, %d), %s), True))"
              .formatted(parameter.offset(), parameter.length(), parameter.shape().dimensions()));
    }
    source.line("    return w");
  }

  private static void graph(
      String name, OnnxModel model, boolean training, Source source, List<Tensor> constants)
      throws UnsupportedModelException, InvalidModelException {
    source.line(
        "  def %s(self, x: Tensor, w: List[Tensor], t: List[Tensor], seed: int) -> Tensor:"
            .formatted(name));
    new GraphWriter(model.graph(), model.layout(), training, source, constants).write();
  }

  private static void functions(OnnxModel model, TrainingRecipe recipe, Source source) {
    source.block(
        """
          def flat_gradient(self, loss: Tensor, w: List[Tensor]) -> Tensor:
            gs = torch.grad([loss], w)
            flat = annotate(List[Tensor], [])
            for i in range(%d):
              _0 = torch.append(flat, torch.reshape(unchecked_cast(Tensor, gs[i]), [-1]))
            return torch.cat(flat)
        """
            .formatted(model.layout().parameters().size()));
    function("gradient(self, t: List[Tensor]) -> List[Tensor]", source);
    source.block(
        """
            w = (self).weights(v)
            out = (self).scoring_output(x, w, t, 0)
            loss = %s
            return [torch.detach(loss), (self).flat_gradient(loss, w)]
        """
            .formatted(LossCode.of(recipe.loss(), "out", "y")));
    function("score(self, t: List[Tensor]) -> Tensor", source);
    source.line("    return torch.detach((self).scoring_output(x, (self).weights(v), t, 0))");
    function("forward(self, t: List[Tensor]) -> Tensor", source);
    source.block(
        """
            taken = int(counter)
            rows = torch.size(order, 0)
            steps = torch.floordiv(torch.add(rows, %2$d), %1$d)
            sums = annotate(List[Tensor], [])
            for i in range(steps):
              k = torch.add(torch.add(taken, i), 1)
              at = torch.mul(i, %1$d)
              size = ops.prim.min(%1$d, torch.sub(rows, at))
              pick = torch.narrow(order, 0, at, size)
              bx = torch.index_select(x, 0, pick)
              by = torch.index_select(y, 0, pick)
              seed = int(torch.select(seeds, 0, i))
              w = (self).weights(v)
              out = (self).training_output(bx, w, t, seed)
              loss = %3$s
              g = (self).flat_gradient(loss, w)
              _l = torch.append(sums, torch.mul(torch.detach(loss), size))
        """
            .formatted(
                recipe.batchSize(),
                recipe.batchSize() - 1,
                LossCode.of(recipe.loss(), "out", "by")));
    source.block(OptimiserCode.of(recipe));
    source.block(
        """
            _c = torch.add_(counter, steps)
            return torch.sum(torch.stack(sums), dtype=7)
        """);
  }

  private static void function(String signature, Source source) {
    source.line("  def %s:".formatted(signature));
    for (Slot slot : Slot.values()) {
      source.line(slot.declaration());
    }
  }
}

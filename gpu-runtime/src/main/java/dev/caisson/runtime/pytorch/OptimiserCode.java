package dev.caisson.runtime.pytorch;

import static dev.caisson.runtime.pytorch.Emission.literal;

import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;

/// The optimiser's step: changes `v`, `m1` and `m2` in place, given the gradient `g` and the number
/// `k` of this step, from 1. All are flat, so a step costs a handful of operations however many
/// layers there are. The arithmetic and its order are those of PyTorch's own single-tensor
/// optimisers.
final class OptimiserCode {
  private OptimiserCode() {}

  static String of(TrainingRecipe recipe) {
    String proximal =
        recipe.proximal() == 0
            ? ""
            : "      g = torch.add(g, torch.sub(v, anchor), alpha=%s)\n"
                .formatted(literal(recipe.proximal()));
    String rate = literal(recipe.learningRate());
    return proximal
        + switch (recipe.optimiser()) {
          case Optimiser.Sgd(double momentum, double decay) -> sgd(rate, momentum, decay);
          case Optimiser.Adam(double beta1, double beta2, double epsilon, double decay) ->
              decayIntoGradient(decay) + moments(rate, beta1, beta2, epsilon);
          case Optimiser.AdamW(double beta1, double beta2, double epsilon, double decay) ->
              "      _d = torch.mul_(v, %s)\n".formatted(literal(1 - recipe.learningRate() * decay))
                  + moments(rate, beta1, beta2, epsilon);
        };
  }

  private static String sgd(String rate, double momentum, double decay) {
    String step =
        momentum == 0
            ? "      _s = torch.sub_(v, g, alpha=%s)\n".formatted(rate)
            : """
                    _m = torch.add_(torch.mul_(m1, %s), g)
                    _s = torch.sub_(v, m1, alpha=%s)
              """
                .formatted(literal(momentum), rate);
    return decayIntoGradient(decay) + step;
  }

  private static String decayIntoGradient(double decay) {
    return decay == 0 ? "" : "      g = torch.add(g, v, alpha=%s)\n".formatted(literal(decay));
  }

  private static String moments(String rate, double beta1, double beta2, double epsilon) {
    return """
                  _m = torch.lerp_(m1, g, %s)
                  _q = torch.addcmul_(torch.mul_(m2, %s), g, g, value=%s)
                  b1 = torch.sub(1.0, torch.pow(%s, k))
                  b2 = torch.sub(1.0, torch.pow(%s, k))
                  den = torch.add_(torch.div_(torch.sqrt(m2), torch.pow(b2, 0.5)), %s)
                  _s = torch.addcdiv_(v, m1, den, value=torch.neg(torch.div(%s, b1)))
            """
        .formatted(
            literal(1 - beta1),
            literal(beta2),
            literal(1 - beta2),
            literal(beta1),
            literal(beta2),
            literal(epsilon),
            rate);
  }
}

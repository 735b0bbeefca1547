package dev.caisson.runtime.pytorch;

import static dev.caisson.runtime.pytorch.Emission.literal;

import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;

/// The optimiser's step: changes `v`, `m1` and `m2` in place, given the gradient `g`, the number
/// `k` of this step, from 1, and its learning `rate`: for all weights at once, or for a part of
/// them. The arithmetic and its order are those of PyTorch's own single-tensor optimisers.
final class OptimiserCode {
  private OptimiserCode() {}

  static String of(TrainingRecipe recipe) {
    return of(recipe, false);
  }

  /// @param members whether the first dimension of `v` and `g` is the member of an ensemble
  static String of(TrainingRecipe recipe, boolean members) {
    String proximal =
        recipe.proximal() == 0
            ? ""
            : "      g = torch.add(g, torch.sub(v, anchor), alpha=%s)\n"
                .formatted(literal(recipe.proximal()));
    String offset = recipe.offset() ? "      g = torch.add(g, offset)\n" : "";
    return proximal
        + offset
        + clip(recipe.clipNorm(), members)
        + switch (recipe.optimiser()) {
          case Optimiser.Sgd(double momentum, double decay) -> sgd(momentum, decay);
          case Optimiser.Adam(double beta1, double beta2, double epsilon, double decay) ->
              decayIntoGradient(decay) + moments(beta1, beta2, epsilon);
          case Optimiser.AdamW(double beta1, double beta2, double epsilon, double decay) ->
              "      _d = torch.mul_(v, torch.sub(1.0, torch.mul(rate, %s)))\n"
                      .formatted(literal(decay))
                  + moments(beta1, beta2, epsilon);
        };
  }

  /// As PyTorch's `clip_grad_norm_`: over all weights together, for each member of an ensemble by
  /// itself.
  private static String clip(double norm, boolean members) {
    return norm == 0
        ? ""
        : """
                length = torch.linalg_vector_norm(g%s)
                shrink = torch.mul(torch.reciprocal(torch.add(length, 1e-06)), %s)
                g = torch.mul(g, torch.clamp(shrink, None, 1.0))
          """
            .formatted(members ? ", 2, [1], True" : "", literal(norm));
  }

  /// Whether the optimiser keeps a first moment.
  static boolean hasFirstMoment(Optimiser optimiser) {
    return switch (optimiser) {
      case Optimiser.Sgd(double momentum, double _) -> momentum != 0;
      case Optimiser.Adam _, Optimiser.AdamW _ -> true;
    };
  }

  /// Whether the optimiser keeps a second moment.
  static boolean hasSecondMoment(Optimiser optimiser) {
    return switch (optimiser) {
      case Optimiser.Sgd _ -> false;
      case Optimiser.Adam _, Optimiser.AdamW _ -> true;
    };
  }

  private static String sgd(double momentum, double decay) {
    String step =
        momentum == 0
            ? "      _s = torch.sub_(v, g, alpha=rate)\n"
            : """
                    _m = torch.add_(torch.mul_(m1, %s), g)
                    _s = torch.sub_(v, m1, alpha=rate)
              """
                .formatted(literal(momentum));
    return decayIntoGradient(decay) + step;
  }

  private static String decayIntoGradient(double decay) {
    return decay == 0 ? "" : "      g = torch.add(g, v, alpha=%s)\n".formatted(literal(decay));
  }

  private static String moments(double beta1, double beta2, double epsilon) {
    return """
                  _m = torch.lerp_(m1, g, %s)
                  _q = torch.addcmul_(torch.mul_(m2, %s), g, g, value=%s)
                  b1 = torch.sub(1.0, torch.pow(%s, k))
                  b2 = torch.sub(1.0, torch.pow(%s, k))
                  den = torch.add_(torch.div_(torch.sqrt(m2), torch.pow(b2, 0.5)), %s)
                  _s = torch.addcdiv_(v, m1, den, value=torch.neg(torch.div(rate, b1)))
            """
        .formatted(
            literal(1 - beta1),
            literal(beta2),
            literal(1 - beta2),
            literal(beta1),
            literal(beta2),
            literal(epsilon));
  }
}

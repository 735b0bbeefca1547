package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;
import java.util.List;

/// The optimiser: proximal pull, offset, limit of the gradient's length, and the step, in the order
/// and the single precision of PyTorch's own optimisers. Statistics are left alone.
final class Stepper {
  private final TrainingRecipe recipe;
  private final List<Parameter> weights;
  private final float[] anchor;
  private final float[] offset;
  private final float[] first;
  private final float[] second;
  private long taken;

  /// @param vector the weights that the proximal term pulls to (copied)
  /// @param offset added to every gradient (copied); empty for nothing
  Stepper(TrainingRecipe recipe, ParameterLayout layout, float[] vector, float[] offset) {
    this.recipe = recipe;
    this.weights =
        layout.parameters().stream().filter(p -> p.kind() == Parameter.Kind.WEIGHT).toList();
    this.anchor = recipe.proximal() == 0 ? new float[0] : vector.clone();
    this.offset = offset.clone();
    this.first = new float[hasFirst(recipe.optimiser()) ? vector.length : 0];
    this.second = new float[hasSecond(recipe.optimiser()) ? vector.length : 0];
  }

  private static boolean hasFirst(Optimiser optimiser) {
    return switch (optimiser) {
      case Optimiser.Sgd(double momentum, double _) -> momentum != 0;
      case Optimiser.Adam _, Optimiser.AdamW _ -> true;
    };
  }

  private static boolean hasSecond(Optimiser optimiser) {
    return switch (optimiser) {
      case Optimiser.Sgd _ -> false;
      case Optimiser.Adam _, Optimiser.AdamW _ -> true;
    };
  }

  /// Changes the weights `v` in place; `g` is used up.
  void step(float[] v, float[] g) {
    double rate = recipe.learningRate() * recipe.schedule().factor(taken);
    taken++;
    if (recipe.proximal() != 0) {
      float mu = (float) recipe.proximal();
      each(
          (from, to) -> {
            for (int i = from; i < to; i++) {
              g[i] += mu * (v[i] - anchor[i]);
            }
          });
    }
    if (offset.length != 0) {
      each(
          (from, to) -> {
            for (int i = from; i < to; i++) {
              g[i] += offset[i];
            }
          });
    }
    if (recipe.clipNorm() != 0) {
      clip(g);
    }
    switch (recipe.optimiser()) {
      case Optimiser.Sgd(double momentum, double decay) -> {
        decayIntoGradient(v, g, decay);
        sgd(v, g, (float) momentum, (float) rate);
      }
      case Optimiser.Adam(double beta1, double beta2, double epsilon, double decay) -> {
        decayIntoGradient(v, g, decay);
        moments(v, g, beta1, beta2, epsilon, rate);
      }
      case Optimiser.AdamW(double beta1, double beta2, double epsilon, double decay) -> {
        float shrink = (float) (1 - rate * decay);
        each(
            (from, to) -> {
              for (int i = from; i < to; i++) {
                v[i] *= shrink;
              }
            });
        moments(v, g, beta1, beta2, epsilon, rate);
      }
    }
  }

  /// As PyTorch's `clip_grad_norm_`: over all weights together.
  private void clip(float[] g) {
    double[] squares = new double[1];
    each(
        (from, to) -> {
          for (int i = from; i < to; i++) {
            squares[0] += (double) g[i] * g[i];
          }
        });
    float shrink = (float) Math.min(1, recipe.clipNorm() / (Math.sqrt(squares[0]) + 1e-6));
    each(
        (from, to) -> {
          for (int i = from; i < to; i++) {
            g[i] *= shrink;
          }
        });
  }

  private void decayIntoGradient(float[] v, float[] g, double decay) {
    if (decay == 0) {
      return;
    }
    float share = (float) decay;
    each(
        (from, to) -> {
          for (int i = from; i < to; i++) {
            g[i] += share * v[i];
          }
        });
  }

  private void sgd(float[] v, float[] g, float momentum, float rate) {
    each(
        (from, to) -> {
          for (int i = from; i < to; i++) {
            float step = g[i];
            if (momentum != 0) {
              step += momentum * first[i];
              first[i] = step;
            }
            v[i] -= rate * step;
          }
        });
  }

  private void moments(
      float[] v, float[] g, double beta1, double beta2, double epsilon, double rate) {
    float share1 = (float) (1 - beta1);
    float keep2 = (float) beta2;
    float share2 = (float) (1 - beta2);
    float root = (float) Math.sqrt(1 - Math.pow(beta2, (double) taken));
    float size = (float) (rate / (1 - Math.pow(beta1, (double) taken)));
    float least = (float) epsilon;
    each(
        (from, to) -> {
          for (int i = from; i < to; i++) {
            first[i] += share1 * (g[i] - first[i]);
            second[i] = keep2 * second[i] + share2 * g[i] * g[i];
            v[i] -= size * (first[i] / ((float) Math.sqrt(second[i]) / root + least));
          }
        });
  }

  private interface Range {
    void run(int from, int to);
  }

  private void each(Range range) {
    for (Parameter weight : weights) {
      range.run(weight.offset(), weight.offset() + weight.length());
    }
  }
}

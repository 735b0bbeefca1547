package dev.caisson.cli.chaos;

import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import java.util.List;

/// Trains a [Logistic] regression without any native library, under the name that plans give by
/// default.
final class ToyEngine implements Engine {
  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public List<String> lacks(OnnxModel model) {
    return List.of();
  }

  @Override
  public Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options) {
    if (!(recipe.optimiser() instanceof Optimiser.Sgd)) {
      throw new IllegalArgumentException("the toy engine knows plain SGD only");
    }
    return new ToyTrainer(model, recipe);
  }

  @Override
  public EnsembleTrainer openEnsemble(
      OnnxModel model, int members, TrainingRecipe recipe, EngineOptions options) {
    throw new UnsupportedOperationException("studies train one model at a time");
  }

  private static final class ToyTrainer implements Trainer {
    private final ParameterLayout layout;
    private final TrainingRecipe recipe;
    private float[] vector;

    ToyTrainer(OnnxModel model, TrainingRecipe recipe) {
      this.layout = model.layout();
      this.recipe = recipe;
      this.vector = model.initialVector();
    }

    @Override
    public ParameterLayout layout() {
      return layout;
    }

    @Override
    public int features() {
      return layout.length() - 1;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public int labels() {
      return 1;
    }

    @Override
    public void load(float[] loaded) {
      layout.requireWeights(loaded);
      vector = loaded.clone();
    }

    @Override
    public void load(float[] loaded, float[] offset) {
      throw new UnsupportedOperationException("plain averaging corrects nothing");
    }

    @Override
    public TrainingReport train(TrainingSet set, int epochs, Seed seed, Progress progress) {
      vector =
          Logistic.trained(vector, set, epochs, recipe.batchSize(), recipe.learningRate(), seed);
      long steps = (long) epochs * Math.ceilDiv(set.rows(), recipe.batchSize());
      return new TrainingReport(0, 0, steps, (long) epochs * set.rows());
    }

    @Override
    public float[] vector() {
      return vector.clone();
    }

    @Override
    public float[] outputs(float[] x, int rows) {
      return Logistic.logits(vector, x, rows);
    }

    @Override
    public void close() {}
  }
}

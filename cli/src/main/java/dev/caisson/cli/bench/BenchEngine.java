package dev.caisson.cli.bench;

import dev.caisson.runtime.device.EngineKind;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;

/// NO ENGINE: learns nothing from anybody. What it gives for training is the state it was given
/// with a small change that is drawn from a seed, and for every person the same output; so what a
/// round costs is all but training. It goes by the name of the engine whose place it takes, and
/// only [RoundsSites] opens it.
final class BenchEngine implements Engine {
  private final int site;

  /// @param site so that no two sites change their states alike
  BenchEngine(int site) {
    this.site = site;
  }

  @Override
  public String name() {
    return EngineKind.PYTORCH.label();
  }

  @Override
  public List<String> lacks(OnnxModel model) {
    return List.of();
  }

  @Override
  public Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options) {
    return new Drawn(model.layout(), site);
  }

  @Override
  public EnsembleTrainer openEnsemble(
      OnnxModel model, int members, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException {
    throw new UnsupportedModelException("the measurement of rounds trains no ensembles");
  }

  private static final class Drawn implements Trainer {
    private final ParameterLayout layout;
    private final int site;
    private float[] state = new float[0];
    private int drawn;

    Drawn(ParameterLayout layout, int site) {
      this.layout = layout;
      this.site = site;
    }

    @Override
    public ParameterLayout layout() {
      return layout;
    }

    @Override
    public int features() {
      return RoundsSettings.FEATURES;
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
    public void load(float[] vector, float[] offset) {
      load(vector); // there is no gradient to add it to
    }

    @Override
    public void load(float[] vector) {
      layout.requireLength(vector);
      state = vector;
    }

    @Override
    public TrainingReport train(TrainingSet set, int epochs, Seed seed, Progress progress) {
      drawn = 31 * (31 * seed.hashCode() + site) + 1;
      return new TrainingReport(0, 0, 1, set.rows());
    }

    /// The state with numbers uniform within 1/√n of 0 added to it: a change of length 1/√3, which
    /// no limit of 1 scales down.
    @Override
    public float[] vector() {
      float[] next = new float[state.length];
      float unit = (float) (0x1p-31 / Math.sqrt(state.length));
      for (int i = 0; i < next.length; i++) {
        int mixed = (i ^ drawn) * 0x9E3779B9; // the fractional part of the golden ratio (Knuth)
        mixed = (mixed ^ (mixed >>> 15)) * 0x85EBCA6B; // MurmurHash3's finaliser
        next[i] = state[i] + (mixed ^ (mixed >>> 13)) * unit;
      }
      return next;
    }

    @Override
    public float[] outputs(float[] x, int rows) {
      return new float[rows];
    }

    @Override
    public void close() {
      state = new float[0];
    }
  }
}

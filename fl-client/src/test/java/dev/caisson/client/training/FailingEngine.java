package dev.caisson.client.training;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// PyTorch on the processor, whatever device is asked for, that loses its "device" when told to.
public final class FailingEngine implements Engine {
  private final PyTorchEngine engine = new PyTorchEngine();

  /// Whether the device is gone.
  public boolean lost;

  /// What every call of a trainer ends with, if anything.
  public @Nullable Error error;

  /// Whether no model opens.
  public boolean refuses;

  /// What trainers were opened with.
  public final List<EngineOptions> opened = new ArrayList<>();

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public List<String> lacks(OnnxModel model) {
    return engine.lacks(model);
  }

  @Override
  public Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException {
    if (refuses) {
      throw new InvalidModelException("the engine does not like it");
    }
    opened.add(options);
    Trainer inner = engine.open(model, recipe, new EngineOptions(options.threads()));
    return new Trainer() {
      @Override
      public ParameterLayout layout() {
        return inner.layout();
      }

      @Override
      public int features() {
        return inner.features();
      }

      @Override
      public int outputs() {
        return inner.outputs();
      }

      @Override
      public int labels() {
        return inner.labels();
      }

      @Override
      public void load(float[] vector) {
        inner.load(vector);
      }

      @Override
      public void load(float[] vector, float[] offset) {
        inner.load(vector, offset);
      }

      @Override
      public TrainingReport train(TrainingSet set, int epochs, Seed seed, Progress progress)
          throws TrainingException, InterruptedException {
        requireDevice();
        progress.notice("a batch of 16 rows is taken in pieces of 8");
        return inner.train(set, epochs, seed, progress);
      }

      @Override
      public float[] vector() {
        return inner.vector();
      }

      @Override
      public float[] outputs(float[] x, int rows) throws TrainingException {
        requireDevice();
        return inner.outputs(x, rows);
      }

      @Override
      public void close() {
        inner.close();
      }
    };
  }

  private void requireDevice() throws TrainingException {
    if (error != null) {
      throw error;
    }
    if (lost) {
      throw new TrainingException("CUDA error: the GPU has fallen off the bus");
    }
  }

  @Override
  public EnsembleTrainer openEnsemble(
      OnnxModel model, int members, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException {
    return engine.openEnsemble(model, members, recipe, options);
  }
}

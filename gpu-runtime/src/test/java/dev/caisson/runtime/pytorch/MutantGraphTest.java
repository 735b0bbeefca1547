package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.caisson.runtime.check.ModelCheck;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Mutants of real exports that the loader lets pass: checks, shape inference and the writing of
/// the script answer each with a result or a refusal. The native library is not asked.
class MutantGraphTest {
  private static final int MUTANTS = Integer.getInteger("caisson.fuzz.mutants", 4_000);

  /// The first mutants load classes, which is counted to the thread.
  private static final int WARM_UP = 500;

  /// Sound files here take 3 MiB at most, and so did 20,000 mutants; a size that was believed would
  /// cost more.
  private static final long MOST_BYTES = 16L << 20;

  private static final TrainingRecipe RECIPE =
      new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.01, 4);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Random random = new Random(20260102);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyMutantIsScriptedOrRefusedWithinBoundedMemory() throws Exception {
    List<byte[]> seeds = seeds();
    int scripted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(seeds.get(i % seeds.size()));
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        OnnxModel model = OnnxModel.parse(mutant);
        ModelCheck.of(model, Operations.lacks(model.graph()));
        Operations.requireAll(model.graph());
        ScriptWriter.write(model, Shapes.of(model), RECIPE, PyTorchEngine.FLOAT);
        scripted++;
      } catch (InvalidModelException | UnsupportedModelException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      } catch (RuntimeException e) {
        throw new AssertionError("mutant %d of seed %d".formatted(i, i % seeds.size()), e);
      }
      if (i >= WARM_UP) {
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
            .as("mutant %d", i)
            .isLessThan(MOST_BYTES);
      }
    }
    assertThat(scripted).as("mutants that go through").isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
  }

  private static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String name :
        List.of("lenet", "gru", "lstm", "unet", "transformer-encoder", "two-inputs", "keras-cnn")) {
      seeds.add(Files.readAllBytes(Path.of("src/test/resources/fixtures", name, "model.onnx")));
    }
    return seeds;
  }

  /// A few bytes changed, most of them to small numbers and most near each other, so that many
  /// mutants still parse and differ in an attribute, an operation or a size.
  private byte[] mutate(byte[] seed) {
    byte[] bytes = seed.clone();
    int edits = 1 + random.nextInt(3);
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(16);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) 0xFF;
        default -> bytes[at] = (byte) (bytes[at] + (random.nextBoolean() ? 1 : -1));
      }
    }
    return bytes;
  }
}

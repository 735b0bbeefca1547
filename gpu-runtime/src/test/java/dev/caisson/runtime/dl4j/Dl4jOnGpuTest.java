package dev.caisson.runtime.dl4j;

import static dev.caisson.runtime.dl4j.EngineParityTest.gaussians;
import static dev.caisson.runtime.dl4j.EngineParityTest.near;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.dl4j.EngineParityTest.Case;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EngineUnavailableException;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The models of [EngineParityTest] on a GPU, in a process of its own since ND4J takes one device
/// for each, against the same on the processor. Skipped where there is no such GPU, with the
/// reason. `CAISSON_TEST_DEVICE=cpu` tries the test itself.
@Tag("gpu")
class Dl4jOnGpuTest {
  /// A thousandth of the largest number: products are summed in another order, each a few hundred
  /// roundings of 6e-8. Not seen yet: nothing here has run on a card.
  private static final double NEAR = 1e-3;

  private static final int UNAVAILABLE = 3;

  @TempDir private static Path folder;
  private static Optional<String> missing = Optional.empty();

  @BeforeAll
  static void trainOnTheGpu() throws Exception {
    Path log = folder.resolve("log");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                OnGpu.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!child.waitFor(10, TimeUnit.MINUTES)) {
      child.destroyForcibly().waitFor();
    }
    String words = Files.readString(log);
    if (child.exitValue() == UNAVAILABLE) {
      missing = Optional.of("no GPU for the dl4j engine: " + words.lines().reduce("", (_, l) -> l));
    } else {
      assertThat(child.exitValue()).as(words).isZero();
    }
  }

  /// Of each test, so that each is counted as skipped.
  @BeforeEach
  void onAGpu() {
    missing.ifPresent(Assumptions::abort);
  }

  @ParameterizedTest
  @MethodSource("dev.caisson.runtime.dl4j.EngineParityTest#models")
  void outputsAndAnEpochAreThoseOfTheProcessor(Case given) throws Exception {
    float[] numbers = numbers(given, new EngineOptions(1));
    float[] onGpu = new float[numbers.length];
    ByteBuffer.wrap(Files.readAllBytes(folder.resolve(given.name()))).asFloatBuffer().get(onGpu);
    near(onGpu, numbers, NEAR);
  }

  /// Outputs of the model as it is and its weights after an epoch, one after the other.
  private static float[] numbers(Case given, EngineOptions options) throws Exception {
    OnnxModel model = given.source().model();
    TrainingRecipe recipe = new TrainingRecipe(given.loss(), Optimiser.sgd(0.9), 0.01, 8);
    try (Trainer trainer = new Dl4jEngine().open(model, recipe, options)) {
      float[] x = gaussians(given.rows() * trainer.features(), 1);
      float[] outputs = trainer.outputs(x, given.rows());
      trainer.train(
          EngineParityTest.set(trainer, given.loss(), given.rows()),
          1,
          new Seed(7, 1),
          Progress.NONE);
      float[] vector = trainer.vector();
      float[] both = new float[outputs.length + vector.length];
      System.arraycopy(outputs, 0, both, 0, outputs.length);
      System.arraycopy(vector, 0, both, outputs.length, vector.length);
      return both;
    }
  }

  /// The process on the GPU: writes each model's numbers into a file of its name.
  static final class OnGpu {
    private OnGpu() {}

    public static void main(String[] arguments) throws Exception {
      Device device =
          "cpu".equals(System.getenv("CAISSON_TEST_DEVICE")) ? Device.cpu() : new Device.Cuda(0);
      List<Case> models = EngineParityTest.models();
      try {
        for (Case given : models) {
          float[] numbers = numbers(given, new EngineOptions(1, 1L << 32, device));
          ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES);
          bytes.asFloatBuffer().put(numbers);
          Files.write(Path.of(arguments[0], given.name()), bytes.array());
        }
      } catch (EngineUnavailableException | NoClassDefFoundError e) {
        System.out.println(e.getMessage());
        System.exit(UNAVAILABLE);
      }
    }
  }
}

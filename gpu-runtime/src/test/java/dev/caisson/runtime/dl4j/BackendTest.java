package dev.caisson.runtime.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.device.ComputeCapability;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.Devices;
import dev.caisson.runtime.device.Gpu;
import dev.caisson.runtime.device.Host;
import dev.caisson.runtime.device.Natives;
import dev.caisson.runtime.device.Seen;
import dev.caisson.runtime.device.Version;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EngineUnavailableException;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which backend ND4J gets, and what is said where it cannot get it. What a card does with it is
/// [Dl4jOnGpuTest]'s.
class BackendTest {
  private static final TrainingRecipe RECIPE =
      new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.1, 2);
  private static final Device.Cuda CARD = new Device.Cuda(0);

  private final OnnxModel model = ModelSpec.mlp(2, List.of(2), 1, 1).build();

  private static Dl4jEngine on(int major, int minor, boolean natives) {
    Seen seen =
        new Seen.Driver(
            Optional.of(new Version("550.1")),
            Optional.empty(),
            List.of(
                new Gpu(
                    CARD,
                    "GPU-0",
                    "a GPU",
                    "0:0",
                    new ComputeCapability(major, minor),
                    8L << 30,
                    8L << 30,
                    false)),
            List.of());
    Host host =
        Devices.pretended(
                () -> seen,
                Map.of(),
                new Natives(
                    new Natives.Torch.ProcessorOnly(),
                    new Natives.Nd4j(natives, Optional.empty()),
                    false))
            .host();
    return new Dl4jEngine(() -> host);
  }

  private Trainer open(Dl4jEngine engine, Device device) throws Exception {
    return engine.open(model, RECIPE, new EngineOptions(1, 1L << 30, device));
  }

  @Test
  void refusesACardThatItHasNoCodeFor() {
    assertThatThrownBy(() -> open(on(9, 0, true), CARD))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessage(
            "the dl4j engine cannot compute on cuda:0: nd4j-cuda 11.6 has code for compute"
                + " capability 3.7 to 8.9 only, this GPU is 9.0: use pytorch");
  }

  @Test
  void refusesACardThatIsNotThere() {
    assertThatThrownBy(() -> open(on(8, 0, true), new Device.Cuda(7)))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("cannot compute on cuda:7: cuda:7 is not there; there is cuda:0");
  }

  @Test
  void refusesACardWithoutTheNatives() {
    assertThatThrownBy(() -> open(on(8, 0, false), CARD))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("no ND4J natives for CUDA here: build with -Pcuda-dl4j");
  }

  @Test
  void refusesACardInAProcessThatComputesOnTheProcessor() throws Exception {
    open(on(8, 0, true), Device.cpu()).close();
    assertThatThrownBy(() -> open(on(8, 0, true), CARD))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("has computed on cpu since its first study")
        .hasMessageContaining("start this process again, or another, for cuda:0");
    open(on(8, 0, true), Device.cpu()).close();
  }

  @Test
  void saysThatTheBackendIsNotOnTheClassPathAndTheOtherStillServes() throws Exception {
    Assumptions.assumeTrue(
        getClass().getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") == null,
        "this build has nd4j-cuda");
    assertThatThrownBy(Backend.CUDA::choose)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("JCublasBackend is not on the class path")
        .hasMessageContaining("profile cuda-dl4j");
    Backend.PROCESSOR.choose();
    open(on(8, 0, false), Device.cpu()).close();
  }

  /// Two folders declare a provider each.
  @Test
  void ofAServicesProvidersOnlyTheOneIsShown(@TempDir Path folder) throws Exception {
    URL[] jars = {
      declaring(folder.resolve("one"), "# of ours\n" + First.class.getName() + "\n"),
      declaring(folder.resolve("other"), Second.class.getName())
    };
    try (URLClassLoader classes = new URLClassLoader(jars, getClass().getClassLoader())) {
      assertThat(providers(classes)).hasSize(2);
      assertThat(providers(new OneProvider(classes, Service.class, Second.class.getName())))
          .containsExactly(Second.class);
      assertThat(providers(new OneProvider(classes, Service.class, First.class.getName())))
          .containsExactly(First.class);
      assertThat(providers(new OneProvider(classes, Service.class, "org.example.None"))).isEmpty();
      assertThat(
              new OneProvider(classes, Service.class, "org.example.None")
                  .getResources("META-INF/services/org.nd4j.linalg.factory.Nd4jBackend")
                  .hasMoreElements())
          .as("other services keep theirs")
          .isTrue();
    }
  }

  private static List<Class<?>> providers(ClassLoader loader) {
    return ServiceLoader.load(Service.class, loader).stream()
        .<Class<?>>map(ServiceLoader.Provider::type)
        .toList();
  }

  private static URL declaring(Path jar, String text) throws Exception {
    Path services = Files.createDirectories(jar.resolve("META-INF/services"));
    Files.writeString(services.resolve(Service.class.getName()), text);
    return jar.toUri().toURL();
  }

  /// What the two below provide.
  public interface Service {}

  /// One provider.
  public static final class First implements Service {}

  /// Another.
  public static final class Second implements Service {}
}

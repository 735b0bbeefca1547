package dev.caisson.runtime.device;

import static dev.caisson.runtime.device.Pretended.ALL;
import static dev.caisson.runtime.device.Pretended.driver;
import static dev.caisson.runtime.device.Pretended.gpu;
import static dev.caisson.runtime.device.Pretended.hostTorch;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EngineFitnessTest {
  private static Fitness fitness(
      EngineKind engine, int major, int minor, String driver, Natives natives) {
    Seen seen = driver(driver, gpu(0, "a GPU", major, minor, 16, 16));
    return Host.look(() -> seen, Map.of(), natives).fitness(engine, new Device.Cuda(0));
  }

  @ParameterizedTest
  @CsvSource({
    "3,5,false",
    "3,7,false",
    "5,0,true",
    "6,1,true",
    "8,0,true",
    "8,9,true",
    "9,0,true",
    "10,0,false",
    "12,0,false"
  })
  void eachCardRunsWhatHasCodeForIt(int major, int minor, boolean pytorch) {
    assertThat(fitness(EngineKind.PYTORCH, major, minor, "550.1", ALL) instanceof Fitness.Runs)
        .isEqualTo(pytorch);
  }

  @ParameterizedTest
  @CsvSource({"525.60.13,true", "525.60.12,false", "525.9,false", "470.82,false", "1000.1,true"})
  void anOldDriverIsNamedWithTheOneThatIsNeeded(String driver, boolean runs) {
    Fitness fitness = fitness(EngineKind.PYTORCH, 8, 0, driver, ALL);
    if (runs) {
      assertThat(fitness).isInstanceOf(Fitness.Runs.class);
    } else {
      assertThat(fitness)
          .isEqualTo(
              new Fitness.CannotRun(
                  "natives of CUDA 12.4: the driver is %s, and 525.60.13 or newer is needed"
                      .formatted(driver)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3,5,false",
    "3,7,true",
    "5,0,true",
    "6,1,true",
    "7,5,true",
    "8,6,true",
    "8,9,true",
    "9,0,false",
    "12,0,false"
  })
  void dl4jRunsWhereItsFatBinaryHasMachineCode(int major, int minor, boolean dl4j) {
    Fitness fitness = fitness(EngineKind.DL4J, major, minor, "550.1", ALL);
    if (dl4j) {
      assertThat(fitness).isEqualTo(new Fitness.Runs("nd4j-cuda 11.6"));
    } else {
      assertThat(fitness)
          .isEqualTo(
              new Fitness.CannotRun(
                  "nd4j-cuda 11.6 has code for compute capability 3.7 to 8.9 only, this GPU is %d.%d: use pytorch"
                      .formatted(major, minor)));
    }
  }

  @ParameterizedTest
  @CsvSource({"450.80.02,true", "450.80.01,false", "418.226,false", "none,false"})
  void dl4jNeedsADriverOfCuda11(String driver, boolean runs) {
    assertThat(fitness(EngineKind.DL4J, 8, 0, driver, ALL) instanceof Fitness.Runs).isEqualTo(runs);
  }

  /// On a card that it has no code for, natives would be of no use, and are not spoken of.
  @Test
  void withoutNd4jsNativesItSaysWhichProfileHasThem() {
    assertThat(fitness(EngineKind.DL4J, 8, 0, "550.1", Natives.NONE))
        .isEqualTo(
            new Fitness.CannotRun(
                "no ND4J natives for CUDA here: build with -Pcuda-dl4j, or use pytorch"));
    assertThat(fitness(EngineKind.DL4J, 9, 0, "550.1", Natives.NONE).toString())
        .doesNotContain("-Pcuda-dl4j");
  }

  @Test
  void whereNd4jComputesAlreadyNoOtherDeviceServes() {
    Seen seen = driver(gpu(0, "a GPU", 8, 0, 16, 16), gpu(1, "a GPU", 8, 0, 16, 16));
    Natives onCard0 =
        new Natives(
            new Natives.Torch.ProcessorOnly(),
            new Natives.Nd4j(true, Optional.of(new Device.Cuda(0))),
            false);
    Host host = Host.look(() -> seen, Map.of(Visible.ORDER, "PCI_BUS_ID"), onCard0);
    assertThat(host.fitness(EngineKind.DL4J, new Device.Cuda(0))).isInstanceOf(Fitness.Runs.class);
    assertThat(host.fitness(EngineKind.DL4J, new Device.Cuda(1)).toString())
        .startsWith("CannotRun")
        .contains("has computed on cuda:0 since", "for cuda:1");
    assertThat(host.fitness(EngineKind.DL4J, Device.cpu()).toString())
        .startsWith("CannotRun")
        .contains("has computed on cuda:0 since", "for cpu");
    assertThat(host.fitness(EngineKind.PYTORCH, Device.cpu())).isInstanceOf(Fitness.Runs.class);
  }

  @Test
  void withoutNativesItSaysWhatToAdd() {
    assertThat(fitness(EngineKind.PYTORCH, 9, 0, "550.1", Natives.NONE).toString())
        .contains("-Pcuda", "CAISSON_LIBTORCH");
    assertThat(fitness(EngineKind.ONNX_RUNTIME, 9, 0, "550.1", Natives.NONE).toString())
        .contains("-Pcuda", "cuDNN 9");
  }

  @Test
  void blackwellRunsByALibtorchOfTheHost() {
    assertThat(fitness(EngineKind.PYTORCH, 12, 0, "570.1", hostTorch(Optional.of(12))))
        .isEqualTo(new Fitness.Runs("the host's libtorch of CUDA 12"));
    assertThat(fitness(EngineKind.PYTORCH, 12, 0, "570.1", hostTorch(Optional.of(13))).toString())
        .contains("580");
    assertThat(fitness(EngineKind.PYTORCH, 12, 0, "570.1", hostTorch(Optional.empty())))
        .isInstanceOf(Fitness.Runs.class);
  }

  @Test
  void aDriverWithoutAVersionRunsNothing() {
    assertThat(fitness(EngineKind.PYTORCH, 9, 0, "none", ALL))
        .isInstanceOf(Fitness.CannotRun.class);
  }

  @Test
  void theProcessorRunsEveryEngine() {
    Host host = Host.look(() -> new Seen.NoDriver("none"), Map.of(), Natives.NONE);
    for (EngineKind engine : EngineKind.values()) {
      assertThat(host.fitness(engine, Device.cpu())).isInstanceOf(Fitness.Runs.class);
    }
  }

  @Test
  void aHostsLibtorchIsFoundWithItsCuda(@TempDir Path folder) throws Exception {
    Path lib = Files.createDirectories(folder.resolve("libtorch/lib"));
    Map<String, String> environment = Map.of(Natives.HOST_LIBTORCH, lib.toString());
    for (String library : List.of("libc10.so", "libtorch_cpu.so", "libtorch.so")) {
      Files.createFile(lib.resolve(library));
    }
    Files.writeString(lib.resolveSibling("build-version"), "2.7.1\n");
    assertThat(Natives.find(environment).torch())
        .isEqualTo(
            new Natives.Torch.BadHost(
                "CAISSON_LIBTORCH names %s, which has no libc10_cuda.so".formatted(lib), false));
    Files.createFile(lib.resolve("libc10_cuda.so"));
    Files.createFile(lib.resolve("libtorch_cuda.so"));
    assertThat(Natives.find(environment).torch())
        .isEqualTo(new Natives.Torch.OfHost(lib, Optional.empty()));
    Files.writeString(lib.resolveSibling("build-version"), "2.7.1+cu128\n");
    assertThat(Natives.find(environment).torch())
        .isEqualTo(new Natives.Torch.OfHost(lib, Optional.of(12)));
    assertThat(Natives.find(Map.of(Natives.HOST_LIBTORCH, "lib")).torch().toString())
        .contains("absolute path");
  }
}

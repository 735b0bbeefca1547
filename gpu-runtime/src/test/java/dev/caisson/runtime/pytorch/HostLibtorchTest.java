package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.EngineKind;
import dev.caisson.runtime.device.Fitness;
import dev.caisson.runtime.device.Host;
import dev.caisson.runtime.device.Natives;
import dev.caisson.runtime.device.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLibtorchTest {
  @TempDir private Path folder;

  @Test
  void nothingNamedIsNothingFound() {
    assertThat(HostLibtorch.named(Map.of())).isEmpty();
  }

  @Test
  void refusesAFolderWithoutTheLibraries() {
    assertThatThrownBy(() -> named(""))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("there is no libc10.so");
  }

  @Test
  void takesTheReleaseOfTheBundledBridgeAsItIs() throws Exception {
    libraries("2.7.1+cu128", "libc10_cuda.so", "libtorch_cuda.so");

    HostLibtorch host = named("");
    assertThat(host.torch().version()).isEqualTo("2.7.1");
    assertThat(host.torch().cuda()).isTrue();
  }

  @Test
  void refusesAnotherReleaseWithoutABridgeAndTakesItWithOne() throws Exception {
    libraries("2.11.0+cu130");

    assertThatThrownBy(() -> named(""))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("libtorch 2.11.0")
        .hasMessageContaining("CAISSON_LIBTORCH_JNI");
    assertThatThrownBy(() -> named(folder.resolve("none.so").toString()))
        .hasMessageContaining("which is no file");
    Path bridge = Files.createFile(folder.resolve("bridge.so"));
    assertThat(named(bridge.toString()).torch().cuda()).isFalse();
  }

  /// One judgement: what the engine would not load is not said to run.
  @Test
  void whatDevicesSaysIsWhatTheEngineSays() throws Exception {
    assertThat(devicesSays("")).contains("there is no libc10.so");
    libraries("2.11.0+cu130", "libc10_cuda.so", "libtorch_cuda.so");
    for (String bridge : List.of("", folder.resolve("none.so").toString())) {
      assertThatThrownBy(() -> named(bridge)).hasMessage(devicesSays(bridge));
    }
    Path bridge = Files.createFile(folder.resolve("bridge.so"));
    assertThat(named(bridge.toString()).torch().cuda()).isTrue();
    assertThat(Natives.find(environment(bridge.toString())).torch())
        .isEqualTo(new Natives.Torch.OfHost(folder.resolve("lib"), Optional.of(13)));
  }

  private String devicesSays(String bridge) {
    return ((Fitness.CannotRun)
            Host.look(() -> new Seen.NoDriver("none"), environment(bridge))
                .fitness(EngineKind.PYTORCH, Device.cpu()))
        .reason();
  }

  private HostLibtorch named(String bridge) {
    return HostLibtorch.named(environment(bridge)).orElseThrow();
  }

  private Map<String, String> environment(String bridge) {
    return Map.of(
        "CAISSON_LIBTORCH", folder.resolve("lib").toString(), "CAISSON_LIBTORCH_JNI", bridge);
  }

  @Test
  void otherBytesInItsVersionAreAnUnknownRelease() throws Exception {
    libraries("2.7.1");
    Files.write(folder.resolve("version.py"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(
            () -> HostLibtorch.named(Map.of("CAISSON_LIBTORCH", folder.resolve("lib").toString())))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("of an unknown release");
  }

  private void libraries(String version, String... more) throws IOException {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    for (String name : List.of("libc10.so", "libtorch_cpu.so", "libtorch.so")) {
      Files.createFile(lib.resolve(name));
    }
    for (String name : more) {
      Files.createFile(lib.resolve(name));
    }
    Files.writeString(folder.resolve("version.py"), "__version__ = '%s'%n".formatted(version));
  }
}

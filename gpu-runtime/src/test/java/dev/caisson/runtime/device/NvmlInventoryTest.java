package dev.caisson.runtime.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The binding against a C library with the signatures of `nvml.h`, compiled here: nothing about a
/// real driver, but every call, structure and error really crosses the border.
final class NvmlInventoryTest {
  @TempDir Path folder;

  @Test
  void describesEachGpuAsTheLibraryDoes() throws Exception {
    Seen.Driver seen = (Seen.Driver) look(0);
    assertThat(seen.version()).contains(new Version("550.127.08"));
    assertThat(seen.cuda()).contains(new Version("12.4"));
    assertThat(seen.lost()).isEmpty();
    assertThat(seen.gpus())
        .containsExactly(
            gpu(0, "GPU-aaaa", "00000000:18:00.0", 85017493504L, false),
            gpu(1, "GPU-bbbb", "00000000:65:00.0", 85017493503L, true));
  }

  private static Gpu gpu(int index, String uuid, String bus, long free, boolean mig) {
    return new Gpu(
        new Device.Cuda(index),
        uuid,
        "NVIDIA H100 80GB HBM3",
        bus,
        new ComputeCapability(9, 0),
        85520809984L,
        free,
        mig);
  }

  @Test
  void aDriverThatDoesNotStartIsNoDriverAndSaysWhy() throws Exception {
    assertThat(look(1))
        .isEqualTo(
            new Seen.NoDriver(
                "the NVIDIA driver does not answer: nvmlInit: Driver Not Loaded (9)"));
  }

  @Test
  void aDriverWithoutAGpuIsADriver() throws Exception {
    assertThat(look(2).inWords()).isEqualTo("no GPU: the NVIDIA driver has none");
    assertThat(((Seen.Driver) look(2)).version()).isPresent();
  }

  @Test
  void aGpuThatIsLostHalfWayIsNamedAndTheOtherKept() throws Exception {
    Seen.Driver seen = (Seen.Driver) look(3);
    assertThat(seen.gpus()).hasSize(1);
    assertThat(seen.lost())
        .containsExactly(
            new Seen.Lost(new Device.Cuda(1), "nvmlDeviceGetMemoryInfo: GPU is lost (15)"));
  }

  /// A count of four billion is negative as an int; 1000 is more than any host has.
  @Test
  void impossibleCountsVersionsAndFiguresAreNotBelieved() throws Exception {
    Seen.Driver negative = (Seen.Driver) look(4);
    assertThat(negative.gpus()).isEmpty();
    assertThat(negative.version()).isEmpty();
    assertThat(negative.cuda()).isEmpty();
    Seen.Driver many = (Seen.Driver) look(5);
    assertThat(many.gpus()).hasSize(1);
    assertThat(many.lost()).hasSize(63);
    assertThat(many.lost().getFirst().reason()).contains("-9.0");
    assertThat(many.gpus().getFirst().name()).isEqualTo("?".repeat(96));
  }

  @Test
  void aLibraryThatIsNoneOfNvidiasIsNoDriver() throws Exception {
    assumeTrue(compiles(), "no C compiler here");
    Path source = Files.writeString(folder.resolve("empty.c"), "int nothing(void) { return 0; }\n");
    Path library = compiled(source, 0);
    assertThat(NvmlInventory.of(library).look().inWords()).contains("too old");
  }

  /// Whatever this host has: the answer is words or GPUs, and no failure.
  @Test
  void thisHostAnswers() {
    assertThat(Inventory.host().look().inWords()).isNotBlank();
    assertThat(Inventory.host().look().getClass()).isEqualTo(Inventory.host().look().getClass());
  }

  private Seen look(int fault) throws Exception {
    assumeTrue(compiles(), "no C compiler here");
    Path source = folder.resolve("nvml.c");
    try (InputStream in = getClass().getResourceAsStream("nvml.c")) {
      Files.write(source, Objects.requireNonNull(in).readAllBytes());
    }
    return NvmlInventory.of(compiled(source, fault)).look();
  }

  private Path compiled(Path source, int fault) throws IOException, InterruptedException {
    Path library = folder.resolve(source.getFileName() + "-" + fault + ".so");
    Process cc =
        new ProcessBuilder(
                "cc",
                "-shared",
                "-fPIC",
                "-DCASE=" + fault,
                "-o",
                library.toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    String words = new String(cc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(cc.waitFor()).as(words).isZero();
    return library;
  }

  private static boolean compiles() {
    return Optional.ofNullable(System.getenv("PATH")).stream()
        .flatMap(path -> Stream.of(path.split(":", -1)))
        .anyMatch(entry -> Files.isExecutable(Path.of(entry, "cc")));
  }
}

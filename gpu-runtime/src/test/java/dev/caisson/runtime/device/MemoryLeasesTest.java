package dev.caisson.runtime.device;

import static dev.caisson.runtime.device.Pretended.GIB;
import static dev.caisson.runtime.device.Pretended.driver;
import static dev.caisson.runtime.device.Pretended.h100;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryLeasesTest {
  private static final Device FIRST = new Device.Cuda(0);

  /// Of 80 GiB; changed as others come and go.
  private long free = 80;

  private final MemoryLeases leases = new MemoryLeases(this::look, Optional.empty());

  private Seen look() {
    return driver(h100(0, free));
  }

  private static Lease granted(MemoryLeases leases, long gib) {
    return ((Leasing.Granted) leases.acquire(FIRST, Demand.exactly(gib * GIB), "someone")).lease();
  }

  private static String refused(MemoryLeases leases, long gib) {
    return ((Leasing.Refused) leases.acquire(FIRST, Demand.exactly(gib * GIB), "someone")).reason();
  }

  /// 512 MiB stay in reserve.
  @Test
  void whoCanDoWithLessGetsWhatThereIs() {
    granted(leases, 60);
    Leasing leasing = leases.acquire(FIRST, new Demand(GIB, 500 * GIB), "a vast batch");
    assertThat(((Leasing.Granted) leasing).lease().bytes()).isEqualTo(20 * GIB - (512L << 20));
    assertThat(leases.acquire(FIRST, new Demand(GIB, 2 * GIB), "the next"))
        .isInstanceOf(Leasing.Refused.class);
  }

  @Test
  void whatOthersUseIsNotGiven() {
    free = 30;
    assertThat(refused(leases, 30)).contains("30,208 MiB to give", "others use it");
    granted(leases, 29);
  }

  /// The driver shows the same 40 GiB whether the holder or a stranger took them; the stranger was
  /// there before.
  @Test
  void aHolderKeepsWhatItHasNotUsedYet() {
    free = 40;
    granted(leases, 20);
    assertThat(refused(leases, 20)).contains("20,480 MiB by someone");
    granted(leases, 19);
  }

  @Test
  void whatAHolderUsesIsNotCountedTwice() {
    granted(leases, 40);
    free = 40;
    granted(leases, 39);
  }

  @Test
  void aLeaseIsGivenBackOnce() {
    Lease first = granted(leases, 40);
    Lease second = granted(leases, 39);
    first.close();
    first.close();
    assertThat(refused(leases, 41)).contains("41,472 MiB to give");
    second.close();
    granted(leases, 79);
  }

  @Test
  void theProcessorHasNoLimitHere() {
    assertThat(leases.acquire(Device.cpu(), Demand.exactly(Long.MAX_VALUE), "x"))
        .isInstanceOf(Leasing.Granted.class);
  }

  /// 32 threads ask for 10 of 79.5 GiB: exactly 7 get it.
  @Test
  void threadsTogetherGetNoMoreThanThereIs() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Leasing>> asks = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        asks.add(() -> leases.acquire(FIRST, Demand.exactly(10 * GIB), "a thread"));
      }
      int granted = 0;
      for (Future<Leasing> asked : threads.invokeAll(asks)) {
        granted += asked.get() instanceof Leasing.Granted ? 1 : 0;
      }
      assertThat(granted).isEqualTo(7);
    }
  }

  @Test
  void anotherProcessKeepsItsLeaseUntilItEndsHoweverItEnds(@TempDir Path folder) throws Exception {
    MemoryLeases shared = new MemoryLeases(this::look, Optional.of(folder));
    granted(shared, 9).close();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader words =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(words.readLine()).isEqualTo("Granted");
      assertThat(refused(shared, 40))
          .contains(
              "40,448 MiB to give", "40,960 MiB by process %d, the other".formatted(other.pid()));
      Lease own = granted(shared, 39);
      own.close();
    } finally {
      other.destroyForcibly().waitFor();
    }
    granted(shared, 79).close();
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".lease"))).isEmpty();
    }
  }

  /// Another process: takes half of the GPU and waits to be ended.
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      MemoryLeases leases =
          new MemoryLeases(() -> driver(h100(0, 80)), Optional.of(Path.of(arguments[0])));
      Leasing leasing = leases.acquire(FIRST, Demand.exactly(40 * GIB), "the other");
      System.out.println(leasing.getClass().getSimpleName());
      Thread.sleep(60_000);
    }
  }
}

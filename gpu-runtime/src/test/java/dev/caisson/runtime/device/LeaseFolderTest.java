package dev.caisson.runtime.device;

import static dev.caisson.runtime.device.Pretended.GIB;
import static dev.caisson.runtime.device.Pretended.driver;
import static dev.caisson.runtime.device.Pretended.h100;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The lock between processes, with another process that holds it, and no time that passes.
@Timeout(60)
final class LeaseFolderTest {
  @TempDir private Path folder;
  private final AtomicInteger pauses = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // set before each
  private Process other;

  private void letAnotherProcessHoldTheGuard() throws Exception {
    other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Holder.class.getName(),
                folder.resolve("guard").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(other.getInputStream().read()).isEqualTo('h');
  }

  private void endTheOther() throws InterruptedException {
    other.destroyForcibly().waitFor();
  }

  @AfterEach
  void end() throws Exception {
    if (other != null) {
      endTheOther();
    }
  }

  /// 500 looks, 20 ms apart.
  @Test
  void givesUpAfterTenSecondsNamingTheFileAndWhatToDo() throws Exception {
    letAnotherProcessHoldTheGuard();
    LeaseFolder leases = new LeaseFolder(folder, pauses::incrementAndGet);
    assertThatThrownBy(leases::guard)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "another process has held %s for 10 s; end it, or wait"
                .formatted(folder.resolve("guard")));
    assertThat(pauses).hasValue(500);
  }

  @Test
  void goesOnAsSoonAsTheOtherEnds() throws Exception {
    letAnotherProcessHoldTheGuard();
    LeaseFolder leases =
        new LeaseFolder(
            folder,
            () -> {
              if (pauses.incrementAndGet() == 3) {
                endTheOther();
              }
            });
    leases.guard().close();
    assertThat(pauses).hasValue(3);
  }

  @Test
  void whoIsInterruptedWaitsNoLongerAndStaysInterrupted() throws Exception {
    letAnotherProcessHoldTheGuard();
    LeaseFolder leases =
        new LeaseFolder(
            folder,
            () -> {
              throw new InterruptedException();
            });
    assertThatThrownBy(leases::guard)
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining(folder.resolve("guard").toString());
    assertThat(Thread.interrupted()).isTrue();
  }

  /// Opening it to write would wait for a reader that never comes.
  @Test
  void refusesAPipeInPlaceOfTheLock() throws Exception {
    Path guard = folder.resolve("guard");
    assertThat(new ProcessBuilder("mkfifo", guard.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> new LeaseFolder(folder).guard())
        .isInstanceOf(IOException.class)
        .hasMessage(guard + " is no file; delete it");
  }

  /// Of a folder's name alone nobody could tell what is wrong with it.
  @Test
  void aFolderThatCannotBeMadeIsRefusedWithAReason() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    MemoryLeases leases = new MemoryLeases(() -> driver(h100(0, 80)), Optional.of(file));
    Leasing leasing = leases.acquire(new Device.Cuda(0), Demand.exactly(GIB), "someone");
    assertThat(((Leasing.Refused) leasing).reason())
        .startsWith("cannot share cuda:0 with other processes: " + file)
        .containsAnyOf("Not a directory", "a file is in the way", "it is no folder");
  }

  /// Another process: holds a lock until it is ended.
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      FileChannel channel =
          FileChannel.open(
              Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      System.out.write('h');
      System.out.flush();
      Thread.sleep(60_000);
    }
  }
}

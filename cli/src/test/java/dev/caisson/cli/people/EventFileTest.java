package dev.caisson.cli.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventFileTest {
  private static final Instant BEGAN = Instant.ofEpochSecond(1_700_000_000);

  /// Written by TensorBoard 2.21's own `EventFileWriter` (PyPI, under Python) for the same three
  /// events; see `src/test/python/event_file.py`.
  private static final String TENSORBOARDS =
      "1800000000000000a37f4b220900000040fc54d9411a0d627261696e2e4576656e743a32eced8f9d19000000000000008bf108280900004040fc54d94110012a0c0a0a0a03617563150000003f5fc8de501b000000000000001a0d9e13090000a040fc54d94110ac022a0d0a0b0a046c6f7373151872313f06b28884";

  @TempDir private Path folder;

  @Test
  void isByteForByteWhatTensorBoardWrites() throws Exception {
    try (EventFile events = EventFile.create(folder, BEGAN)) {
      events.scalar("auc", 1, BEGAN.plusSeconds(1), 0.5);
      events.scalar("loss", 300, BEGAN.plusMillis(2500), 0.6931471805599453);
    }
    try (Stream<Path> files = Files.list(folder)) {
      Path file = files.toList().getFirst();
      assertThat(file.getFileName().toString()).isEqualTo("events.out.tfevents.1700000000.caisson");
      assertThat(HexFormat.of().formatHex(Files.readAllBytes(file))).isEqualTo(TENSORBOARDS);
    }
  }

  @Test
  void writesOverNothing() throws Exception {
    EventFile.create(folder, BEGAN).close();
    assertThatThrownBy(() -> EventFile.create(folder, BEGAN))
        .isInstanceOf(FileAlreadyExistsException.class);
  }
}

package dev.caisson.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTailTest {
  @TempDir Path directory;

  @Test
  void keepsTheLastLinesOfALongLog() throws IOException {
    Path log = directory.resolve("a.log");
    Files.write(log, IntStream.range(0, 100_000).mapToObj("line %06d"::formatted).toList());
    assertThat(LogTail.of(log, 2)).containsExactly("line 099998", "line 099999");
  }

  @Test
  void leavesOutBlankLines() throws IOException {
    Path log = Files.writeString(directory.resolve("a.log"), "one\n\n  \ntwo\n\n");
    assertThat(LogTail.of(log, 8)).containsExactly("one", "two");
  }

  @Test
  void missingLogIsEmpty() {
    assertThat(LogTail.of(directory.resolve("none.log"), 8)).isEmpty();
  }
}

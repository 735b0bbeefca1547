package dev.caisson.protocol.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeLockTest {
  @TempDir private Path home;

  @Test
  void letsOneProcessIn() throws IOException {
    assertThat(HomeLock.isTaken(home)).isFalse();
    try (HomeLock _ = HomeLock.take(home)) {
      assertThat(HomeLock.isTaken(home)).isTrue();
      assertThatThrownBy(() -> HomeLock.take(home))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another process runs on " + home);
    }
    assertThat(HomeLock.isTaken(home)).isFalse();
    HomeLock.take(home).close();
  }
}

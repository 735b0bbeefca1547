package dev.caisson.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

final class CauseInWordsTest {
  @Test
  void causesFollowOutermostFirst() {
    assertThat(
            CauseInWords.of(
                new IOException(
                    "cannot start the coordinator", new BindException("Address already in use"))))
        .isEqualTo("cannot start the coordinator: address already in use");
  }

  @Test
  void wrappersAddNothing() {
    IOException cause = new IOException("the disk is full");
    assertThat(CauseInWords.of(new ExecutionException(new UncheckedIOException(cause))))
        .isEqualTo("the disk is full");
  }

  @Test
  void causeThatItsParentQuotesIsNotRepeated() {
    assertThat(
            CauseInWords.of(
                new IOException("row 3: bad label", new IllegalArgumentException("bad label"))))
        .isEqualTo("row 3: bad label");
  }

  @Test
  void fileExceptionsSayWhatTheirMessageLeavesOut() {
    assertThat(CauseInWords.of(new AccessDeniedException("/data/a.csv")))
        .isEqualTo("permission denied: /data/a.csv");
    assertThat(CauseInWords.of(new FileSystemException("/data", null, "No space left on device")))
        .isEqualTo("/data: No space left on device");
  }

  @Test
  void exceptionWithoutMessageIsNamedInWords() {
    assertThat(CauseInWords.of(new IllegalStateException())).isEqualTo("illegal state");
  }

  @Test
  void ownBugIsCalledOne() {
    assertThat(CauseInWords.of(new NullPointerException("x is null")))
        .startsWith("this is a bug in Caisson")
        .contains("null pointer", "x is null");
  }

  @Test
  void messageOfSeveralLinesBecomesOne() {
    assertThat(CauseInWords.of(new IOException("UNAVAILABLE\n  at a place\n")))
        .doesNotContain("\n");
  }

  @Test
  void causesThatLeadInACircleEnd() {
    IOException a = new IOException("first");
    IOException b = new IOException("second", a);
    a.initCause(b);
    assertThat(CauseInWords.of(b)).startsWith("second: first");
  }
}

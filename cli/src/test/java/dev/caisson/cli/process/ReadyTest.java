package dev.caisson.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ReadyTest {
  @Test
  void parentReadsWhatTheChildAnnounced() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Ready.announce(new PrintStream(out, false, StandardCharsets.UTF_8), "{\"port\":7001}");
    assertThat(Ready.parse(out.toString(StandardCharsets.UTF_8).strip()))
        .contains("{\"port\":7001}");
  }

  @Test
  void otherLinesAreNotTakenForIt() {
    assertThat(Ready.parse("READY")).isEmpty();
    assertThat(Ready.parse("READY or not")).isEmpty();
    assertThat(Ready.parse("now READY {}")).isEmpty();
  }

  @Test
  void refusesJsonOfSeveralLines() {
    assertThatIllegalArgumentException().isThrownBy(() -> Ready.announce("{\n}"));
  }
}

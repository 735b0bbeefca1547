package dev.caisson.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static final String ERASE = "\r\u001b[K";
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private long nanos;

  @Test
  void terminalGetsOneLineThatIsErasedAtTheEnd() {
    try (Progress progress = on(OptionalInt.of(80), StandardCharsets.UTF_8)) {
      progress.update(5, 20, "loss .412");
      progress.update(6, 20, "loss .398");
    }
    assertThat(shown())
        .isEqualTo(
            ERASE
                + "round  5/20 █████░░░░░░░░░░░░░░░ loss .412"
                + ERASE
                + "round  6/20 ██████░░░░░░░░░░░░░░ loss .398"
                + ERASE);
  }

  @Test
  void barMovesWithinAStepTenTimesASecondAtMost() {
    Progress progress = on(OptionalInt.of(80), StandardCharsets.UTF_8);
    for (int i = 0; i < 100; i++) {
      nanos += 10_000_000;
      progress.within(1, 4, 0.4, "i");
    }
    assertThat(shown().split(java.util.regex.Pattern.quote(ERASE)))
        .hasSize(11) // one second, and nothing before the first
        .endsWith("round 2/4 ███████░░░░░░░░░░░░░ i");
  }

  @Test
  void linesOfAFileShowOnlyWholeSteps() {
    Progress progress = on(OptionalInt.empty(), StandardCharsets.UTF_8);
    nanos = Long.MAX_VALUE / 2;
    progress.within(0, 4, 0.9, "x");
    assertThat(shown()).isEmpty();
  }

  @Test
  void lineIsNeverAsWideAsTheTerminal() {
    Progress progress = on(OptionalInt.of(40), StandardCharsets.UTF_8);
    progress.update(1, 20, "a text that is far too long for so narrow a terminal");
    assertThat(shown().substring(ERASE.length())).hasSize(39).endsWith("…");
  }

  @Test
  void terminalWithoutUnicodeGetsPlainCharacters() {
    on(OptionalInt.of(80), StandardCharsets.US_ASCII).update(10, 20, "x");
    assertThat(shown()).contains("round 10/20 ##########.......... x");
  }

  @Test
  void saidLineStaysAboveTheBar() {
    Progress progress = on(OptionalInt.of(80), StandardCharsets.UTF_8);
    progress.update(1, 2, "x");
    progress.say("site north has left");
    assertThat(shown()).contains(ERASE + "site north has left\nround 1/2 ");
  }

  @Test
  void pipeGetsPlainLinesNowAndThen() {
    try (Progress progress = on(OptionalInt.empty(), StandardCharsets.UTF_8)) {
      IntStream.rangeClosed(1, 40).forEach(round -> progress.update(round, 40, "loss ." + round));
    }
    assertThat(shown().lines())
        .startsWith("round  1/40  loss .1", "round  4/40  loss .4", "round  8/40  loss .8")
        .endsWith("round 40/40  loss .40")
        .hasSize(11)
        .noneMatch(line -> line.contains("\u001b"));
  }

  @Test
  void silentShowsNothing() {
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    try (Progress progress = new Progress(out, "round", true, () -> OptionalInt.of(80), () -> 0)) {
      progress.update(1, 2, "x");
      progress.say("y");
    }
    assertThat(shown()).isEmpty();
  }

  @Test
  void refusesMoreThanTheTotal() {
    Progress progress = on(OptionalInt.empty(), StandardCharsets.UTF_8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> progress.update(3, 2, ""))
        .withMessageContaining("3 of 2");
  }

  private Progress on(OptionalInt columns, Charset charset) {
    return new Progress(
        new PrintStream(shown, true, charset), "round", false, () -> columns, () -> nanos);
  }

  private String shown() {
    return shown.toString(StandardCharsets.UTF_8);
  }
}

package dev.caisson.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.train.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

final class ScheduleOptionsTest {
  @Command
  private static final class Any {
    @Mixin private ScheduleOptions options = new ScheduleOptions();
  }

  /// Twelve epochs of ten steps.
  @Test
  void epochsBecomeSteps() {
    assertThat(schedule("")).isEqualTo(Schedule.constant());
    assertThat(schedule("--schedule cosine")).isEqualTo(new Schedule.Cosine(120, 0));
    assertThat(schedule("--schedule step")).isEqualTo(new Schedule.Decay(40, 0.1));
    assertThat(schedule("--schedule STEP --decay-epochs 2 --decay 0.5"))
        .isEqualTo(new Schedule.Decay(20, 0.5));
    assertThat(schedule("--schedule warmup-cosine --warmup-epochs 3"))
        .isEqualTo(new Schedule.WarmUp(30, new Schedule.Cosine(90, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "--schedule warmup-cosine --warmup-epochs 12, fewer than --epochs",
    "--warmup-epochs 1, is for --schedule warmup-cosine",
    "--schedule step --decay 0, --decay must be above 0",
    "--schedule step --decay-epochs 0, --decay-epochs must be at least 1",
    "--schedule cosine --decay 0.5, for --schedule step",
    "--schedule linear, warmup-cosine",
  })
  void refusesWhatDoesNotFitTogether(String options, String words) {
    assertThatThrownBy(() -> schedule(options))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(words);
  }

  private static Schedule schedule(String options) {
    Any any = new Any();
    new CommandLine(any)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(options.isEmpty() ? new String[0] : options.split(" "));
    return any.options.schedule(12, 10);
  }
}

package dev.caisson.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.runtime.train.Schedule;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that make a [Schedule]. A person counts in epochs, a schedule in steps.
final class ScheduleOptions {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec command;

  private enum Kind {
    CONSTANT,
    COSINE,
    STEP,
    WARMUP_COSINE;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(
      names = "--schedule",
      defaultValue = "constant",
      paramLabel = "NAME",
      description = {
        "How the learning rate goes over all epochs (default: ${DEFAULT-VALUE}): constant; cosine, "
            + "down to 0; step, times --decay after every --decay-epochs; warmup-cosine, up over "
            + "--warmup-epochs, then cosine."
      })
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String schedule;

  @Option(
      names = "--warmup-epochs",
      paramLabel = "N",
      description = "For warmup-cosine: fewer than --epochs (default: 1).")
  private @Nullable Integer warmupEpochs;

  @Option(
      names = "--decay-epochs",
      paramLabel = "N",
      description = "For step (default: a third of --epochs).")
  private @Nullable Integer decayEpochs;

  @Option(
      names = "--decay",
      paramLabel = "FACTOR",
      description = "For step: above 0, at most 1 (default: 0.1).")
  private @Nullable Double decay;

  /// The schedule for this many epochs of so many steps. Refuses bad values as arguments are
  /// refused.
  Schedule schedule(int epochs, long steps) {
    check(
        warmupEpochs == null || kind() == Kind.WARMUP_COSINE,
        "--warmup-epochs is for --schedule warmup-cosine");
    check(
        (decayEpochs == null && decay == null) || kind() == Kind.STEP,
        "--decay and --decay-epochs are for --schedule step");
    return switch (kind()) {
      case CONSTANT -> Schedule.constant();
      case COSINE -> new Schedule.Cosine(epochs * steps, 0);
      case STEP -> {
        check(decayEpochs(epochs) >= 1, "--decay-epochs must be at least 1, got " + decayEpochs);
        check(decay() > 0 && decay() <= 1, "--decay must be above 0 and at most 1, got " + decay);
        yield new Schedule.Decay(decayEpochs(epochs) * steps, decay());
      }
      case WARMUP_COSINE -> {
        check(
            warmup() >= 1 && warmup() < epochs,
            "--warmup-epochs must be 1 or more and fewer than --epochs, got %d of %d"
                .formatted(warmup(), epochs));
        yield new Schedule.WarmUp(
            warmup() * steps, new Schedule.Cosine((epochs - warmup()) * steps, 0));
      }
    };
  }

  private Kind kind() {
    for (Kind kind : Kind.values()) {
      if (kind.word().equalsIgnoreCase(schedule)) {
        return kind;
      }
    }
    throw new ParameterException(
        command.commandLine(),
        "--schedule must be constant, cosine, step or warmup-cosine, got '%s'".formatted(schedule));
  }

  private int warmup() {
    return warmupEpochs == null ? 1 : warmupEpochs;
  }

  private int decayEpochs(int epochs) {
    return decayEpochs == null ? Math.ceilDiv(epochs, 3) : decayEpochs;
  }

  private double decay() {
    return decay == null ? 0.1 : decay;
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(command.commandLine(), message);
    }
  }

  void putTo(ObjectNode json, int epochs) {
    json.put("schedule", kind().word());
    switch (kind()) {
      case CONSTANT, COSINE -> {
        // nothing more to say
      }
      case STEP -> json.put("decayEpochs", decayEpochs(epochs)).put("decay", decay());
      case WARMUP_COSINE -> json.put("warmupEpochs", warmup());
    }
  }
}

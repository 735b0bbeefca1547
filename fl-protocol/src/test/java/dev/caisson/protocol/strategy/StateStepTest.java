package dev.caisson.protocol.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.trust.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Making states piece by piece.
final class StateStepTest {
  private static final int LENGTH = 2 * StateStep.BLOCK + 77;
  private static final StateShape SHAPE =
      new StateShape(
          LENGTH,
          List.of(
              new StateShape.Run(0, 3),
              new StateShape.Run(StateStep.BLOCK - 5, 10),
              new StateShape.Run(LENGTH - 1, 1)));

  @TempDir Path folder;

  static List<Strategy> strategies() {
    return List.of(
        new FedAvg(),
        new FedProx(0.1),
        new FedAvgM(0.9, 0.5),
        new FedAdam(0.1, 0.9, 0.99, 1e-3),
        new Scaffold(3, 0.1, 0.7));
  }

  private static Means made(long seed) {
    return (from, into, size) -> {
      for (int i = 0; i < size; i++) {
        into[i] = new SplittableRandom(seed + from + i).nextDouble(-1, 1);
      }
    };
  }

  private static float[] weights() {
    float[] weights = new float[LENGTH];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < LENGTH; i++) {
      weights[i] = (float) random.nextDouble(-1, 1);
    }
    return weights;
  }

  private static byte[] next(StateStep steps, StateSource before, Means sums) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Digest digest =
        steps.next(
            before,
            sums,
            3,
            piece -> {
              assertThat(piece.length).isLessThanOrEqualTo(StateStep.BLOCK * Float.BYTES);
              out.writeBytes(piece);
            });
    assertThat(digest).isEqualTo(Digest.of(out.toByteArray()));
    return out.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void aFileGivesTheSameBitsAsMemory(Strategy strategy) throws Exception {
    StateStep steps = new StateStep(strategy, SHAPE, 5);
    float[] state = steps.first(weights()).state();
    for (int round = 0; round < 3; round++) {
      byte[] inMemory = next(steps, StateSource.of(state), made(round));
      Path file = folder.resolve("state");
      Files.write(file, ParameterManifest.bytes(state));
      try (FileChannel channel = FileChannel.open(file)) {
        assertThat(next(steps, StateSource.of(channel), made(round))).isEqualTo(inMemory);
      }
      state = ParameterManifest.vector(inMemory);
      assertThat(steps.bytes()).isEqualTo(inMemory.length);
    }
  }

  /// Whatever a strategy remembers: a statistic is its mean, and memory of it stays as it began.
  @ParameterizedTest
  @MethodSource("strategies")
  void statisticsAreAveraged(Strategy strategy) throws Exception {
    StateStep steps = new StateStep(strategy, SHAPE, 5);
    float[] before = steps.first(weights()).state();
    float[] after = ParameterManifest.vector(next(steps, StateSource.of(before), made(9)));
    double[] mean = new double[LENGTH];
    made(9).read(0, mean, LENGTH);
    for (StateShape.Run run : SHAPE.statistics()) {
      for (int i = run.from(); i < run.end(); i++) {
        assertThat(after[i]).isEqualTo((float) (before[i] + mean[i]));
        for (int vector = 1; vector < strategy.vectors(); vector++) {
          assertThat(after[vector * LENGTH + i]).isEqualTo(before[vector * LENGTH + i]);
        }
      }
    }
    assertThat(after[10]).isNotEqualTo(before[10]);
  }

  @Test
  void aFirstStateIsTheWeightsAndMemoryAsItBegins() {
    StateStep steps = new StateStep(new FedAdam(0.1, 0.9, 0.99, 0.5), StateShape.trained(2), 3);
    StateStep.Made first = steps.first(new float[] {3, -4});
    assertThat(first.state()).containsExactly(3, -4, 0, 0, 0.25f, 0.25f);
    assertThat(first.digest()).isEqualTo(Digest.of(ParameterManifest.bytes(first.state())));
    assertThatIllegalArgumentException().isThrownBy(() -> steps.first(new float[3]));
  }

  @Test
  void anUpdateTooSmallForAFloatChangesNothing() throws Exception {
    StateStep steps = new StateStep(new FedAvg(), StateShape.trained(1), 3);
    byte[] next = next(steps, StateSource.of(new float[] {1}), (_, into, _) -> into[0] = 1e-9);
    assertThat(ParameterManifest.vector(next)).containsExactly(1);
  }

  @Test
  void refusesAStateThatWouldPoisonAllThatFollow() {
    StateStep steps = new StateStep(new FedAvg(), StateShape.trained(2), 3);
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e39, -1e39}) {
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(
              () -> next(steps, StateSource.of(new float[2]), (_, into, _) -> into[1] = bad))
          .withMessage("value 1 of the next state is not finite");
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void refusesAStateThatIsPoisonedAlready(Strategy strategy) {
    StateStep steps = new StateStep(strategy, StateShape.trained(2), 3);
    for (int at = 0; at < strategy.vectors() * 2; at++) {
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        float[] state = new float[strategy.vectors() * 2];
        state[at] = bad;
        assertThatExceptionOfType(ArithmeticException.class)
            .isThrownBy(() -> next(steps, StateSource.of(state), made(1)));
      }
    }
  }

  @Test
  void aFileThatEndsEarlyIsNoState() throws Exception {
    Path file = Files.write(folder.resolve("short"), new byte[7]);
    StateStep steps = new StateStep(new FedAvg(), StateShape.trained(2), 3);
    try (FileChannel channel = FileChannel.open(file)) {
      assertThatThrownBy(() -> next(steps, StateSource.of(channel), made(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ends after 7 bytes");
    }
  }

  @Test
  void statisticsFollowOneAnother() {
    for (List<StateShape.Run> bad :
        List.of(
            List.of(new StateShape.Run(-1, 1)),
            List.of(new StateShape.Run(0, 0)),
            List.of(new StateShape.Run(9, 2)),
            List.of(new StateShape.Run(9, Integer.MAX_VALUE)),
            List.of(new StateShape.Run(4, 2), new StateShape.Run(5, 1)))) {
      assertThatIllegalArgumentException().isThrownBy(() -> new StateShape(10, bad));
    }
    assertThat(new StateShape(10, List.of(new StateShape.Run(8, 2))).bytes(3)).isEqualTo(120);
  }
}

package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Whoever falls silent whenever, a round ends in the exact sum over U3 or in a clean abort, as the
/// floors say.
final class DropoutTest {
  private static final int STEPS = 5;
  private static final int NEVER = STEPS + 1;
  private static final VectorSpec EXACT =
      VectorSpec.of(new Segment.Exact("values", 30, 1_000_000, true));

  @Test
  void everySiteFallsSilentAtAnyStepOfThree() {
    assignments(3, dropsAt -> true, 2, 3);
  }

  @Test
  void everySubsetAtEveryStepAndEveryPairAtAnyTwoStepsOfFour() {
    assignments(4, dropsAt -> steps(dropsAt) <= 1 || dropouts(dropsAt) <= 2, 3);
    assignments(4, dropsAt -> steps(dropsAt) <= 1, 4);
  }

  @Test
  void everySubsetAtEveryStepOfFive() {
    assignments(5, dropsAt -> steps(dropsAt) <= 1, 3, 4, 5);
  }

  @Test
  void everySubsetAtEveryStepOfSix() {
    assignments(6, dropsAt -> steps(dropsAt) <= 1, 4);
  }

  /// Two may go here: a lost site whose pair seed with a silent survivor must be rebuilt.
  @Test
  void everyPairThatLeavesBeforeAndAfterTheUploadOfFive() {
    assignments(
        5,
        dropsAt ->
            dropouts(dropsAt) == 2
                && Arrays.stream(dropsAt).filter(step -> step == 3).count() == 1
                && Arrays.stream(dropsAt).filter(step -> step > 3 && step < NEVER).count() == 1,
        3);
  }

  private static long dropouts(int[] dropsAt) {
    return Arrays.stream(dropsAt).filter(step -> step != NEVER).count();
  }

  private static long steps(int[] dropsAt) {
    return Arrays.stream(dropsAt).filter(step -> step != NEVER).distinct().count();
  }

  /// Each site falls silent before one of the steps, or never. On all cores: rounds share nothing.
  private static void assignments(int n, Predicate<int[]> wanted, int... thresholds) {
    Federation federation = new Federation(n);
    List<int[]> cases =
        IntStream.range(0, (int) Math.pow(NEVER, n))
            .mapToObj(code -> assignment(code, n))
            .filter(wanted)
            .toList();
    for (int threshold : thresholds) {
      cases.parallelStream().forEach(dropsAt -> check(federation, threshold, dropsAt));
    }
  }

  private static int[] assignment(int code, int n) {
    int[] dropsAt = new int[n];
    int rest = code;
    for (int i = 0; i < n; i++) {
      dropsAt[i] = 1 + rest % NEVER;
      rest /= NEVER;
    }
    return dropsAt;
  }

  private static void check(Federation federation, int threshold, int[] dropsAt) {
    Play play = new Play(federation, federation.manifest(threshold, EXACT, new Weights.Equal()));
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(dropsAt));
    long[][] values = new long[federation.n][];
    for (int i = 0; i < federation.n; i++) {
      values[i] = random.longs(30, -1_000_000, 1_000_001).toArray();
      play.inputs.put(federation.name(i), Input.weighing(1).withExact("values", values[i]));
    }
    String when = Arrays.toString(dropsAt);
    int floor = Math.max(3, threshold);
    boolean enough = true;
    for (int step = 1; step <= STEPS; step++) {
      TreeSet<String> alive = new TreeSet<>();
      for (int i = 0; i < federation.n; i++) {
        if (dropsAt[i] <= step) {
          play.silent.add(federation.name(i));
        } else {
          alive.add(federation.name(i));
        }
      }
      enough = alive.size() >= floor;
      if (step == STEPS) {
        break;
      }
      assertThat(play(play, step)).as("%s, step %d", when, step).isEqualTo(enough);
      if (!enough) {
        assertThat(((Outcome.Aborted<?>) play.last).reason()).contains("at least " + floor);
        return;
      }
    }
    play.answer();
    switch (play.collectAnswers()) {
      case Outcome.Next<SumResult>(SumResult sum, _) -> {
        assertThat(enough).as(when).isTrue();
        long[] expected = new long[30];
        for (int i = 0; i < federation.n; i++) {
          for (int j = 0; j < 30 && dropsAt[i] > 3; j++) {
            expected[j] += values[i][j];
          }
        }
        assertThat(sum.aggregate().exactSum("values")).as(when).isEqualTo(expected);
        assertThat(sum.survivors())
            .as(when)
            .isEqualTo(
                federation.names().stream()
                    .filter(name -> dropsAt[federation.names().indexOf(name)] > 3)
                    .toList());
        assertThat(sum.faults()).isEqualTo(List.of());
      }
      case Outcome.Aborted<SumResult>(String reason, _) -> {
        assertThat(enough).as("%s: %s", when, reason).isFalse();
        assertThat(reason).contains("at least " + floor);
      }
    }
  }

  private static boolean play(Play play, int step) {
    return switch (step) {
      case 1 -> play.collectKeys();
      case 2 -> {
        play.deal();
        yield play.collectShares();
      }
      case 3 -> {
        play.agree();
        play.mask();
        yield play.collectUploads();
      }
      case 4 -> {
        play.consent();
        yield play.collectConsents();
      }
      default -> throw new AssertionError(step);
    };
  }
}

package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whoever falls silent whenever, for every threshold that a policy admits: a round ends in the
/// exact sum over U3, against whole numbers of any size, or in an abort that names the floor.
///
/// Sites are played where what they say depends on who is silent. Where only the coordinator can
/// tell (the silence ends the round, or comes at the last step), it is given again what the sites
/// of a round that is the same up to there have said. Cases are independent and run on all cores.
final class DropoutTest {
  private static final int STEPS = 5;
  private static final int NEVER = STEPS + 1;
  private static final int LENGTH = 5;
  private static final long Q = 1_000_000;

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6})
  void anySubsetFallsSilentBeforeAnyStep(int n) {
    int checked = 0;
    for (int t : thresholds(n)) {
      Set<List<Integer>> cases = new LinkedHashSet<>();
      for (int step = 1; step <= STEPS; step++) {
        for (int subset = 0; subset < 1 << n; subset++) {
          int[] dropsAt = new int[n];
          for (int i = 0; i < n; i++) {
            dropsAt[i] = (subset >> i & 1) == 1 ? step : NEVER;
          }
          cases.add(Arrays.stream(dropsAt).boxed().toList());
        }
      }
      assertThat(cases).hasSize(1 + STEPS * ((1 << n) - 1));
      checked += new Cohort(n, t).check(cases);
    }
    assertThat(checked).isEqualTo(thresholds(n).size() * (1 + STEPS * ((1 << n) - 1)));
  }

  /// Before the upload and after it among them: a lost site whose pair seed with a silent survivor
  /// must be rebuilt.
  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void anyTwoFallSilentBeforeDifferentSteps(int n) {
    for (int t : thresholds(n)) {
      Set<List<Integer>> cases = new LinkedHashSet<>();
      for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
          for (int stepOfA = 1; stepOfA < STEPS && a != b; stepOfA++) {
            for (int stepOfB = stepOfA + 1; stepOfB <= STEPS; stepOfB++) {
              int[] dropsAt = new int[n];
              Arrays.fill(dropsAt, NEVER);
              dropsAt[a] = stepOfA;
              dropsAt[b] = stepOfB;
              cases.add(Arrays.stream(dropsAt).boxed().toList());
            }
          }
        }
      }
      assertThat(cases).hasSize(n * (n - 1) * STEPS * (STEPS - 1) / 2);
      new Cohort(n, t).check(cases);
    }
  }

  @Test
  void thresholdsAreThoseThatAPolicyAdmits() {
    assertThat(thresholds(3)).containsExactly(2, 3);
    assertThat(thresholds(4)).containsExactly(3, 4);
    assertThat(thresholds(5)).containsExactly(3, 4, 5);
    assertThat(thresholds(6)).containsExactly(4, 5, 6);
  }

  private static List<Integer> thresholds(int n) {
    Federation federation = new Federation(n);
    String self = federation.name(0);
    return IntStream.rangeClosed(1, n)
        .filter(
            t ->
                federation
                    .policy()
                    .objection(federation.one(t), self, federation.key(self).identity())
                    .isEmpty())
        .boxed()
        .toList();
  }

  /// Sites and threshold, and the whole rounds that were played with them so far.
  private static final class Cohort {
    private final Federation federation;
    private final RoundManifest manifest;
    private final int floor;
    private final long[][] values;
    private final Map<List<Integer>, Tape> tapes = new ConcurrentHashMap<>();

    Cohort(int n, int threshold) {
      federation = new Federation(n);
      manifest =
          ManifestDraft.like(federation.one(threshold))
              .vector(new Segment.Exact("x", LENGTH, Q, true))
              .build();
      floor = Math.max(3, threshold);
      values = new long[n][];
      for (int i = 0; i < n; i++) {
        values[i] = new SplittableRandom(i).longs(LENGTH, -Q, Q + 1).toArray();
      }
    }

    int check(Set<List<Integer>> cases) {
      cases.parallelStream().forEach(this::check);
      return cases.size();
    }

    /// @param dropsAt before which step each site falls silent
    private void check(List<Integer> dropsAt) {
      int end = 1;
      while (end < STEPS && alive(dropsAt, end) >= floor) {
        end++;
      }
      boolean enough = alive(dropsAt, end) >= floor;
      String which = "t = %d, %s".formatted(manifest.threshold(), dropsAt);
      Outcome<?> outcome = outcome(dropsAt, end, enough);
      switch (outcome) {
        case Outcome.Next<?>(SumResult sum, _) -> {
          assertThat(enough).as(which).isTrue();
          assertSum(sum, dropsAt, which);
        }
        case Outcome.Next<?> next -> throw new AssertionError(which + " goes on: " + next);
        case Outcome.Aborted<?>(String reason, var faults) -> {
          assertThat(enough).as("%s: %s", which, reason).isFalse();
          assertThat(reason)
              .as(which)
              .contains(
                  alive(dropsAt, end) + " sites reached this step",
                  "at least %d = max(3, t) are needed".formatted(floor));
          assertThat(faults).as(which).isEmpty();
        }
      }
    }

    private Outcome<?> outcome(List<Integer> dropsAt, int end, boolean enough) {
      if (enough && !dropsAt.contains(STEPS)) {
        return new Outcome.Next<>(tape(dropsAt).sum, new TreeMap<>());
      }
      List<Integer> before = dropsAt.stream().map(at -> at < end ? at : NEVER).toList();
      return tape(before).replay(end, silentAt(dropsAt, end));
    }

    private Tape tape(List<Integer> dropsAt) {
      return tapes.computeIfAbsent(
          dropsAt,
          drops -> {
            Play play = new Play(federation, manifest);
            for (int i = 0; i < federation.n; i++) {
              play.inputs.put(
                  federation.name(i), Input.weighing(1).withExact("x", values[i].clone()));
            }
            return new Tape(play, step -> silentAt(drops, step));
          });
    }

    private Set<String> silentAt(List<Integer> dropsAt, int step) {
      Set<String> silent = new TreeSet<>();
      for (int i = 0; i < federation.n; i++) {
        if (dropsAt.get(i) == step) {
          silent.add(federation.name(i));
        }
      }
      return silent;
    }

    private static long alive(List<Integer> dropsAt, int step) {
      return dropsAt.stream().filter(at -> at > step).count();
    }

    private void assertSum(SumResult sum, List<Integer> dropsAt, String which) {
      List<String> survivors = new ArrayList<>();
      BigInteger[] expected = new BigInteger[LENGTH];
      Arrays.fill(expected, BigInteger.ZERO);
      for (int i = 0; i < federation.n; i++) {
        if (dropsAt.get(i) > 3) {
          survivors.add(federation.name(i));
          for (int j = 0; j < LENGTH; j++) {
            expected[j] = expected[j].add(BigInteger.valueOf(values[i][j]));
          }
        }
      }
      assertThat(Arrays.stream(sum.aggregate().exactSum("x")).mapToObj(BigInteger::valueOf))
          .as(which)
          .containsExactly(expected);
      assertThat(sum.survivors()).as(which).isEqualTo(survivors);
      assertThat(sum.faults()).as(which).isEmpty();
    }
  }
}

package dev.caisson.airlock.statistics;

import java.util.Arrays;

/// Figures that need a threshold: it is chosen on one half of the people and judged on the other,
/// never on the same half. The halves follow from the seed. Of an attack with several trials the
/// first is taken, because its people may be counted only once.
public final class HeldOut {
  private final double[] choosingMembers;
  private final double[] choosingOthers;
  private final double[] judgingMembers;
  private final double[] judgingOthers;

  private HeldOut(Halves members, Halves others, Trial trial) {
    choosingMembers = sorted(members.first(trial.memberScores()));
    choosingOthers = sorted(others.first(trial.nonMemberScores()));
    judgingMembers = sorted(members.second(trial.memberScores()));
    judgingOthers = sorted(others.second(trial.nonMemberScores()));
  }

  /// At least two persons on a side.
  public static HeldOut of(Trial trial, long seed) {
    return new HeldOut(
        Halves.of(trial.memberScores().length, seed),
        Halves.of(trial.nonMemberScores().length, seed + 1),
        trial);
  }

  /// Accuses everybody above the lowest threshold that accuses at most this share of the first half
  /// of non-members, stepwise. Members have no part in choosing it, so all of them are counted; of
  /// the non-members the other half.
  public Accusations atFpr(double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException("a rate is in 0..1, got " + rate);
    }
    // 1e-9: a product such as .1 * 30 must not fall below the whole number it stands for
    int allowed = (int) (rate * choosingOthers.length + 1e-9);
    int last = choosingOthers.length - 1 - allowed;
    double above = last < 0 ? Double.NEGATIVE_INFINITY : choosingOthers[last];
    return new Accusations(
        Counting.above(choosingMembers, above) + (long) Counting.above(judgingMembers, above),
        choosingMembers.length + (long) judgingMembers.length,
        Counting.above(judgingOthers, above),
        judgingOthers.length);
  }

  /// At the threshold with the largest advantage on the first half.
  public Accusations atLargestAdvantage() {
    double best = 0;
    double threshold = Double.POSITIVE_INFINITY;
    int i = choosingMembers.length - 1;
    int j = choosingOthers.length - 1;
    while (i >= 0) {
      double score = choosingMembers[i];
      while (i >= 0 && choosingMembers[i] >= score) {
        i--;
      }
      while (j >= 0 && choosingOthers[j] >= score) {
        j--;
      }
      double lead =
          (double) (choosingMembers.length - 1 - i) / choosingMembers.length
              - (double) (choosingOthers.length - 1 - j) / choosingOthers.length;
      if (lead > best) {
        best = lead;
        threshold = Math.nextDown(score);
      }
    }
    return judged(threshold);
  }

  /// The empirical log-ratio with its threshold and direction chosen on the first half.
  public LogRatio logRatio(double delta) {
    double best = Double.NEGATIVE_INFINITY;
    double threshold = Double.POSITIVE_INFINITY;
    boolean mirrored = false;
    for (double candidate : candidates()) {
      Accusations seen = counted(choosingMembers, choosingOthers, candidate);
      double direct = seen.logRatio(delta);
      double mirror = seen.mirroredLogRatio(delta);
      if (Math.max(direct, mirror) > best) {
        best = Math.max(direct, mirror);
        threshold = candidate;
        mirrored = mirror > direct;
      }
    }
    return new LogRatio(judged(threshold), mirrored, delta);
  }

  private Accusations judged(double above) {
    return counted(judgingMembers, judgingOthers, above);
  }

  private static Accusations counted(double[] members, double[] others, double above) {
    return new Accusations(
        Counting.above(members, above),
        members.length,
        Counting.above(others, above),
        others.length);
  }

  /// Some hundred thresholds of the first half, closer together towards both ends.
  private double[] candidates() {
    double[] pooled = new double[choosingMembers.length + choosingOthers.length];
    System.arraycopy(choosingMembers, 0, pooled, 0, choosingMembers.length);
    System.arraycopy(choosingOthers, 0, pooled, choosingMembers.length, choosingOthers.length);
    Arrays.sort(pooled);
    double[] found = new double[200];
    int count = 0;
    for (double from = 1; from < pooled.length && count < 198; from = Math.ceil(from * 1.2)) {
      found[count++] = pooled[(int) from];
      found[count++] = pooled[pooled.length - 1 - (int) from];
    }
    return Arrays.copyOf(found, count);
  }

  private static double[] sorted(double[] scores) {
    Arrays.sort(scores);
    return scores;
  }
}

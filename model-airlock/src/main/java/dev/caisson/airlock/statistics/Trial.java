package dev.caisson.airlock.statistics;

/// What one scoring rule says about people who had no part in making that rule: one score a person,
/// higher meaning "more likely a member". An attack that fits something gives several trials, one
/// for each fit, and a person may be in more than one of them.
///
/// Given the rule, the people of both sides are exchangeable whenever members and non-members were
/// drawn alike; every test here rests on that and on nothing else. Held by reference: nobody
/// changes the arrays.
public final class Trial {
  private final int[] members;
  private final double[] memberScores;
  private final int[] nonMembers;
  private final double[] nonMemberScores;

  /// `members` and `nonMembers` number persons from 0, no person on both sides; scores are finite.
  public Trial(int[] members, double[] memberScores, int[] nonMembers, double[] nonMemberScores) {
    check("member", members, memberScores);
    check("non-member", nonMembers, nonMemberScores);
    this.members = members;
    this.memberScores = memberScores;
    this.nonMembers = nonMembers;
    this.nonMemberScores = nonMemberScores;
  }

  /// Numbers the members first, then the non-members.
  public static Trial of(double[] memberScores, double[] nonMemberScores) {
    int m = memberScores.length;
    int[] members = new int[m];
    int[] others = new int[nonMemberScores.length];
    for (int i = 0; i < m; i++) {
      members[i] = i;
    }
    for (int i = 0; i < others.length; i++) {
      others[i] = m + i;
    }
    return new Trial(members, memberScores, others, nonMemberScores);
  }

  public double[] memberScores() {
    return memberScores;
  }

  public double[] nonMemberScores() {
    return nonMemberScores;
  }

  int[] members() {
    return members;
  }

  int[] nonMembers() {
    return nonMembers;
  }

  public RankSum ranks() {
    return RankSum.of(memberScores, nonMemberScores);
  }

  int smallerSide() {
    return Math.min(members.length, nonMembers.length);
  }

  private static void check(String side, int[] persons, double[] scores) {
    if (persons.length == 0 || persons.length != scores.length) {
      throw new IllegalArgumentException(
          "a trial needs a score for each %s and one %s at least, got %d persons and %d scores"
              .formatted(side, side, persons.length, scores.length));
    }
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isFinite(scores[i]) || persons[i] < 0) {
        throw new IllegalArgumentException(
            "%s %d has the score %s".formatted(side, persons[i], scores[i]));
      }
    }
  }
}

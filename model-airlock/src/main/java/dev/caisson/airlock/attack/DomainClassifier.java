package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Halves;
import dev.caisson.airlock.statistics.Trial;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// Learns to tell the members' rows from the others by inputs and label alone, without the model (a
/// classifier two-sample test: Lopez-Paz and Oquab, ICLR 2017). Cross-fitted: it learns from one
/// half of the persons of either side and scores the other half, then the other way round; two
/// trials. Given a fit the persons scored stand alike if the sides were drawn alike.
public final class DomainClassifier {
  /// Fewer persons a side than this are not enough to learn from.
  public static final int LEAST = 40;

  private DomainClassifier() {}

  /// Scores per person, higher meaning more like the members, of persons with about `mostRows` rows
  /// in all, drawn by the seed, half of them from either side. The members' `memberRows` rows come
  /// first; `personOf` names each row's person by 0..n-1, nobody on both sides.
  public static List<Trial> trials(
      Inputs rows, float[] labels, int memberRows, int[] personOf, int mostRows, long seed) {
    if (rows.rows() != labels.length || personOf.length != labels.length) {
      throw new IllegalArgumentException(
          "%s, %d labels, persons of %d rows".formatted(rows, labels.length, personOf.length));
    }
    Columns columns = Columns.ofRecords(rows, row -> labels[row]);
    int[] members = drawn(personOf, 0, memberRows, mostRows / 2, seed);
    int[] others = drawn(personOf, memberRows, labels.length, mostRows / 2, seed + 1);
    Halves in = Halves.of(members.length, seed + 2);
    Halves out = Halves.of(others.length, seed + 3);
    return List.of(
        trial(
            columns,
            personOf,
            new Persons(named(members, in.first()), named(others, out.first())),
            new Persons(named(members, in.second()), named(others, out.second())),
            seed + 4),
        trial(
            columns,
            personOf,
            new Persons(named(members, in.second()), named(others, out.second())),
            new Persons(named(members, in.first()), named(others, out.first())),
            seed + 5));
  }

  /// Persons of both sides; held by reference.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Persons(int[] members, int[] others) {
    /// For each person 0 for nobody here, 1 for a member, 2 for another.
    byte[] roles(int persons) {
      byte[] roles = new byte[persons];
      Arrays.stream(members).forEach(p -> roles[p] = 1);
      Arrays.stream(others).forEach(p -> roles[p] = 2);
      return roles;
    }
  }

  private static Trial trial(
      Columns columns, int[] personOf, Persons learnt, Persons judged, long seed) {
    int persons = Arrays.stream(personOf).max().orElseThrow() + 1;
    byte[] learning = learnt.roles(persons);
    int[] rows =
        IntStream.range(0, personOf.length).filter(r -> learning[personOf[r]] > 0).toArray();
    double[] targets =
        Arrays.stream(rows).mapToDouble(r -> learning[personOf[r]] == 1 ? 1 : 0).toArray();
    BoostedTrees trees = BoostedTrees.fit(columns, rows, targets, new Objective.LogOdds(), seed);
    byte[] judging = judged.roles(persons);
    double[] sums = new double[persons];
    int[] counts = new int[persons];
    float[] cells = new float[columns.width()];
    for (int row = 0; row < personOf.length; row++) {
      if (judging[personOf[row]] > 0) {
        columns.copyRow(row, cells);
        sums[personOf[row]] += trees.predict(cells);
        counts[personOf[row]]++;
      }
    }
    return new Trial(
        judged.members(),
        Arrays.stream(judged.members()).mapToDouble(p -> sums[p] / counts[p]).toArray(),
        judged.others(),
        Arrays.stream(judged.others()).mapToDouble(p -> sums[p] / counts[p]).toArray());
  }

  /// Persons of these rows, as many as have about so many rows.
  private static int[] drawn(int[] personOf, int from, int to, int most, long seed) {
    BitSet seen = new BitSet();
    for (int row = from; row < to; row++) {
      seen.set(personOf[row]);
    }
    int[] persons = seen.stream().toArray();
    long share = Math.max(2, (long) most * persons.length / (to - from));
    int[] order = Halves.shuffled(persons.length, seed);
    return Arrays.stream(order).limit(share).map(i -> persons[i]).toArray();
  }

  private static int[] named(int[] persons, int[] positions) {
    return Arrays.stream(positions).map(i -> persons[i]).toArray();
  }
}

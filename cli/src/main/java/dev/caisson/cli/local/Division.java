package dev.caisson.cli.local;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.train.Seed;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// Which rows train and which only judge. Persons are drawn by the seed, all rows of a person go to
/// one side, and each side keeps the table's order. For prototypes: who a *site* holds out is drawn
/// from its secret.
final class Division {
  private static final long USE = 0x64697669; // another stream than any epoch's

  private final int[] train;
  private final int[] validation;

  private Division(int[] train, int[] validation) {
    this.train = train;
    this.validation = validation;
  }

  /// Positions of rows, ascending; not copied, for reading only.
  int[] train() {
    return train;
  }

  /// As [#train]; empty where none judge.
  int[] validation() {
    return validation;
  }

  /// @param share of the persons to judge by, 0 for none
  static Division of(List<String> persons, double share, long seed) throws CommandFailure {
    int[] rows = IntStream.range(0, persons.size()).toArray();
    if (share == 0) {
      return new Division(rows, new int[0]);
    }
    List<String> distinct = persons.stream().distinct().toList();
    int judges = Math.max(1, (int) Math.round(share * distinct.size()));
    if (judges >= distinct.size()) {
      throw new CommandFailure(
          "%d persons cannot be divided; use more rows, or --validation 0"
              .formatted(distinct.size()));
    }
    Set<String> judging = new HashSet<>();
    Arrays.stream(new Seed(seed, 0).shuffle(distinct.size(), USE))
        .limit(judges)
        .forEach(place -> judging.add(distinct.get((int) place)));
    return new Division(
        Arrays.stream(rows).filter(row -> !judging.contains(persons.get(row))).toArray(),
        Arrays.stream(rows).filter(row -> judging.contains(persons.get(row))).toArray());
  }
}

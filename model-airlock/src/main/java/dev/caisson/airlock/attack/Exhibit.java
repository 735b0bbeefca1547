package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Halves;
import dev.caisson.airlock.statistics.Trial;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an attacker has of one model: its outputs and the true labels of rows, who each row belongs
/// to, which persons are members, and, if at hand, the encoded rows and a way to ask the model
/// about changed ones.
///
/// Persons are numbered 0..persons-1. Everything that leaves here for a statistic is per person: a
/// person's rows are joined first, by the mean of their scores or, in survival, by their sum.
/// Arrays are held by reference. Holds persons' data: `toString` shows sizes only.
public final class Exhibit {
  private final Predictions predictions;
  private final int[] personOf; // of each row
  private final BitSet member; // by person
  private final int persons;
  private final @Nullable Inputs inputs;
  private final @Nullable Oracle oracle;

  private Exhibit(
      Predictions predictions,
      int[] personOf,
      BitSet member,
      int persons,
      @Nullable Inputs inputs,
      @Nullable Oracle oracle) {
    this.predictions = predictions;
    this.personOf = personOf;
    this.member = member;
    this.persons = persons;
    this.inputs = inputs;
    this.oracle = oracle;
    int in = member.cardinality();
    if (in == 0 || in == persons) {
      throw new IllegalArgumentException("%d of %d persons are members".formatted(in, persons));
    }
  }

  /// Each row a person, the members' `memberRows` rows first. A model that says the same of every
  /// row is refused ([UnusableOutputException]).
  public static Exhibit ofRows(Predictions predictions, int memberRows) {
    int[] persons = new int[predictions.rows()];
    Arrays.setAll(persons, i -> i);
    return ofPersons(predictions, memberRows, persons);
  }

  /// `personOf` names each row's person by 0..n-1, none left out; the members' rows come first. A
  /// person on both sides is refused ([SharedPersonException]).
  public static Exhibit ofPersons(Predictions predictions, int memberRows, int[] personOf) {
    int rows = predictions.rows();
    if (personOf.length != rows || memberRows < 1 || memberRows >= rows) {
      throw new IllegalArgumentException(
          "%d rows, %d of them members', with the persons of %d"
              .formatted(rows, memberRows, personOf.length));
    }
    if (predictions.constant()) {
      throw new UnusableOutputException(
          "the model says the same of all %d rows: an attack on it would find nothing, whatever it holds"
              .formatted(rows));
    }
    BitSet members = named(personOf, 0, memberRows);
    BitSet others = named(personOf, memberRows, rows);
    BitSet both = (BitSet) members.clone();
    both.and(others);
    if (!both.isEmpty()) {
      throw new SharedPersonException(both.cardinality());
    }
    others.or(members);
    if (others.cardinality() != others.length()) {
      throw new IllegalArgumentException("person %d has no row".formatted(others.nextClearBit(0)));
    }
    return new Exhibit(predictions, personOf, members, others.length(), null, null);
  }

  private static BitSet named(int[] personOf, int from, int to) {
    BitSet named = new BitSet();
    for (int row = from; row < to; row++) {
      if (personOf[row] < 0 || personOf[row] >= personOf.length) {
        throw new IllegalArgumentException("row %d is of person %d".formatted(row, personOf[row]));
      }
      named.set(personOf[row]);
    }
    return named;
  }

  /// With the encoded rows, in the order of the predictions.
  public Exhibit withInputs(Inputs rows) {
    if (rows.rows() != predictions.rows()) {
      throw new IllegalArgumentException(
          "%d rows of inputs for %d of outputs".formatted(rows.rows(), predictions.rows()));
    }
    return new Exhibit(predictions, personOf, member, persons, rows, oracle);
  }

  /// With a way to ask the model; needs the encoded rows to be changed.
  public Exhibit withOracle(Oracle model) {
    return new Exhibit(predictions, personOf, member, persons, inputs(), model);
  }

  /// The same people, but who is a member is dealt anew by chance: an attack's dummy baseline.
  public Exhibit shuffled(long seed) {
    int[] order = Halves.shuffled(persons, seed);
    BitSet dealt = new BitSet();
    for (int i = 0; i < member.cardinality(); i++) {
      dealt.set(order[i]);
    }
    return new Exhibit(predictions, personOf, dealt, persons, inputs, oracle);
  }

  public Setting setting() {
    int in = member.cardinality();
    return new Setting(
        predictions.task(), Math.min(in, persons - in), inputs != null, oracle != null);
  }

  public Predictions predictions() {
    return predictions;
  }

  /// The encoded rows; only where [Setting#inputs] says so.
  public Inputs inputs() {
    return Optional.ofNullable(inputs)
        .orElseThrow(() -> new IllegalStateException("this exhibit has no input rows"));
  }

  /// The model's answers for changed rows, with the labels of the rows that they were made from.
  Predictions ask(Inputs changed, int[] origins) {
    if (oracle == null) {
      throw new IllegalStateException("this exhibit has no oracle");
    }
    float[] labels = new float[origins.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = predictions.label(origins[i]);
    }
    return predictions.of(oracle.outputs(changed, origins), labels);
  }

  int persons() {
    return persons;
  }

  int personOf(int row) {
    return personOf[row];
  }

  /// The persons of one side, in rising order.
  int[] side(boolean members) {
    int[] side = new int[members ? member.cardinality() : persons - member.cardinality()];
    int at = 0;
    for (int person = 0; person < persons; person++) {
      if (member.get(person) == members) {
        side[at++] = person;
      }
    }
    return side;
  }

  /// The rows of these persons, in rising order.
  int[] rowsOf(int[] who) {
    BitSet chosen = new BitSet(persons);
    for (int person : who) {
      chosen.set(person);
    }
    int[] rows = new int[personOf.length];
    int count = 0;
    for (int row = 0; row < rows.length; row++) {
      if (chosen.get(personOf[row])) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /// Rows of persons drawn by the seed, on each side alike many rows on average: about `most`, or
  /// all if they are fewer.
  int[] someRows(int most, long seed) {
    long share = Math.max(1, (long) most * persons / personOf.length);
    int[] members = drawn(side(true), share, seed);
    int[] others = drawn(side(false), share, seed + 1);
    int[] both = Arrays.copyOf(members, members.length + others.length);
    System.arraycopy(others, 0, both, members.length, others.length);
    return rowsOf(both);
  }

  private static int[] drawn(int[] side, long most, long seed) {
    int[] order = Halves.shuffled(side.length, seed);
    return Arrays.stream(order).limit(most).map(i -> side[i]).toArray();
  }

  /// From a score a row to a score a person, by the mean or, in survival, the sum; persons without
  /// a scored row get NaN. Rows that are not scored hold NaN.
  double[] joined(double[] rowScores) {
    return joined(rowScores, predictions.task() == Task.SURVIVAL);
  }

  /// The same by the mean, whatever the task.
  double[] means(double[] rowScores) {
    return joined(rowScores, false);
  }

  private double[] joined(double[] rowScores, boolean added) {
    double[] joined = new double[persons];
    int[] counts = new int[persons];
    for (int row = 0; row < rowScores.length; row++) {
      if (!Double.isNaN(rowScores[row])) {
        joined[personOf[row]] += rowScores[row];
        counts[personOf[row]]++;
      }
    }
    for (int person = 0; person < persons; person++) {
      if (counts[person] == 0) {
        joined[person] = Double.NaN;
      } else if (!added) {
        joined[person] /= counts[person];
      }
    }
    return joined;
  }

  /// A trial of everybody who has a score: who has none is NaN.
  Trial trial(double[] personScores) {
    int[] members = scored(side(true), personScores);
    int[] others = scored(side(false), personScores);
    return new Trial(members, at(personScores, members), others, at(personScores, others));
  }

  private static int[] scored(int[] who, double[] scores) {
    return Arrays.stream(who).filter(person -> !Double.isNaN(scores[person])).toArray();
  }

  private static double[] at(double[] scores, int[] who) {
    return Arrays.stream(who).mapToDouble(person -> scores[person]).toArray();
  }

  @Override
  public String toString() {
    return "Exhibit[%d rows of %d persons]".formatted(personOf.length, persons);
  }
}

package dev.caisson.airlock.assess;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.mapping.Prepared;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an assessment has gathered so far. Holds counts, figures and words, no row.
final class Evidence {
  final long seed;
  final List<Check> checks = new ArrayList<>();
  final List<String> words = new ArrayList<>();
  private Optional<Task> task = Optional.empty();
  private List<String> classes = List.of();
  private long members;
  private long nonMembers;
  private long memberRows;
  private long nonMemberRows;
  private Dossier.@Nullable Correct correct;
  private List<Panel.Outcome> attacks = List.of();

  Evidence(long seed) {
    this.seed = seed;
  }

  /// The rows are read: who is counted.
  void rows(Prepared prepared) {
    task = Optional.of(prepared.task());
    classes = prepared.classes();
    memberRows = prepared.memberRows();
    nonMemberRows = (long) prepared.rows() - prepared.memberRows();
    members = persons(prepared, 0, prepared.memberRows());
    nonMembers = persons(prepared, prepared.memberRows(), prepared.rows());
    words.addAll(prepared.words());
  }

  private static long persons(Prepared prepared, int from, int to) {
    BitSet persons = new BitSet();
    for (int row = from; row < to; row++) {
      persons.set(prepared.personOf()[row]);
    }
    return persons.cardinality();
  }

  /// The outputs can be scored: how many persons the model is right about, in most of their rows.
  void answered(Prepared rows, Predictions predictions) {
    if (rows.task() != Task.BINARY && rows.task() != Task.MULTICLASS) {
      return;
    }
    int[] right = new int[rows.raw().persons()];
    int[] personOf = rows.personOf();
    for (int row = 0; row < rows.rows(); row++) {
      right[personOf[row]] += predictions.correct(row) ? 1 : -1;
    }
    BitSet member = new BitSet();
    Arrays.stream(personOf, 0, rows.memberRows()).forEach(member::set);
    long membersRight = 0;
    long othersRight = 0;
    for (int person = 0; person < right.length; person++) {
      if (right[person] > 0 && member.get(person)) {
        membersRight++;
      } else if (right[person] > 0) {
        othersRight++;
      }
    }
    correct = new Dossier.Correct(membersRight, othersRight);
  }

  void attacked(List<Panel.Outcome> outcomes) {
    attacks = List.copyOf(outcomes);
  }

  /// No attack can run; each says so.
  void stop(String why) {
    attacks = Panel.refused(why);
  }

  Optional<Task> task() {
    return task;
  }

  List<String> classes() {
    return classes;
  }

  long members() {
    return members;
  }

  long nonMembers() {
    return nonMembers;
  }

  long memberRows() {
    return memberRows;
  }

  long nonMemberRows() {
    return nonMemberRows;
  }

  Dossier.@Nullable Correct correct() {
    return correct;
  }

  List<Panel.Outcome> attacks() {
    return attacks;
  }
}

package dev.caisson.secagg.journal;

import static dev.caisson.secagg.Refusals.assertBroken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Memory;
import dev.caisson.secagg.Rule;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What a site writes down over its rounds, in few words: rounds, states and inputs by name.
final class Notes {
  static final Digest SCOPE = Digest.ofText("scope");
  static final List<String> ABCD = List.of("a", "b", "c", "d");
  static final List<String> ABC = List.of("a", "b", "c");

  private final Memory memory;

  Notes(Memory memory) {
    this.memory = memory;
  }

  Journal journal() {
    return memory.journal();
  }

  static Digest d(String text) {
    return Digest.ofText(text);
  }

  static JournalEntry.Begun begun(String round, Digest scope, String state, String purpose) {
    return new JournalEntry.Begun(d(round), "study", 1, purpose, scope, d(state), ABCD, 3);
  }

  static JournalEntry.Uploaded uploaded(String round, String input) {
    return new JournalEntry.Uploaded(d(round), d("root " + round), d(input));
  }

  static JournalEntry.Consented consented(String round, List<String> survivors) {
    return new JournalEntry.Consented(d(round), d("d3 " + round), survivors);
  }

  static JournalEntry.Answered answered(String round, List<String> survivors) {
    return new JournalEntry.Answered(d(round), d("d3 " + round), survivors, List.of());
  }

  static JournalEntry.Succeeded succeeded(String round, String successor) {
    return new JournalEntry.Succeeded(d(round), d("sum " + round), d(successor));
  }

  /// The round `round` on a state, to train, up to its keys.
  Notes begin(String round, String state) {
    write(begun(round, SCOPE, state, "train"));
    write(new JournalEntry.Keyed(d(round), d("d1 " + round), new TreeMap<>()));
    return this;
  }

  /// On from there to its answer.
  Notes answer(String round, String input, List<String> survivors) {
    write(uploaded(round, input));
    write(consented(round, survivors));
    write(answered(round, survivors));
    return this;
  }

  void write(JournalEntry entry) {
    assertThat(memory.record(entry)).as(entry.toString()).isEmpty();
  }

  /// The journal objects to this entry, by this rule, in words with these parts.
  void refuses(JournalEntry entry, Rule rule, String... words) {
    Optional<Fault> objection = memory.record(entry);
    assertThat(objection).as(entry.toString()).isPresent();
    assertBroken(objection.get(), rule, Fault.COORDINATOR, words);
  }
}

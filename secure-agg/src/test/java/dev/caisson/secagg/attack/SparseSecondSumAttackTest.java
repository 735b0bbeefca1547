package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertBroken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Memory;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SparseFederation;
import java.util.List;
import java.util.NavigableMap;
import org.junit.jupiter.api.Test;

/// A coordinator that wants a second sum over one state, or a weaker graph, over sparse graphs.
final class SparseSecondSumAttackTest {
  private static final String VICTIM = "site-000";

  private final Federation twelve = new Federation(12);
  private final RoundManifest manifest = SparseFederation.one(twelve, 7, 5, 3);

  /// Over a sparse graph the same survivors do not make the same sum: a member of U3 whose
  /// neighbours are silent can be cut off. So nobody answers for a state twice, whoever survived,
  /// whatever the second round's graph; and not after a complete one either.
  @Test
  void aStateIsAnsweredOnceWhoeverSurvived() {
    NavigableMap<String, Memory> memories = twelve.memories();
    RoundManifest complete = ManifestDraft.like(twelve.one(7)).nonce("complete").build();
    RoundManifest again = ManifestDraft.like(manifest).nonce("again").build();
    assertThat(begin(memories, manifest).toUploads().toAnswers().sum().survivors()).hasSize(12);
    for (RoundManifest second : List.of(again, complete)) {
      Play play = begin(memories, second).toUploads();
      assertThat(play.collectUploads()).isTrue();
      play.consent();
      assertThat(play.left).hasSize(12);
      play.left
          .values()
          .forEach(
              fault ->
                  assertBroken(
                      fault,
                      Rule.SPENT_STATE,
                      Fault.COORDINATOR,
                      "the same survivors do not make the same sum"));
    }
    NavigableMap<String, Memory> others = twelve.memories();
    begin(others, complete).toUploads().toAnswers().sum();
    Play sparse = begin(others, again).toUploads();
    assertThat(sparse.collectUploads()).isTrue();
    sparse.consent();
    assertThat(sparse.left).hasSize(12);
  }

  private Play begin(NavigableMap<String, Memory> memories, RoundManifest round) {
    return SparseFederation.setup(twelve, round)
        .memories(memories)
        .lenient()
        .begin()
        .numbers(SparseFederation.numbers(twelve));
  }

  /// A graph that this site's policy would not have: any at all where it has none, and one whose U1
  /// is too short.
  @Test
  void aSiteRefusesAGraphThatItsCustodianDidNotAllow() {
    assertThat(
            twelve
                .policy()
                .objection(manifest, VICTIM, twelve.key(VICTIM).identity())
                .orElseThrow())
        .extracting(Fault::rule)
        .isEqualTo(Rule.GRAPH);
    RoundManifest eleven = SparseFederation.one(twelve, 7, 11, 3);
    Play play = SparseFederation.setup(twelve, eleven).lenient().begin();
    play.silent.add("site-011");
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.left).hasSize(11);
    play.left
        .values()
        .forEach(
            fault ->
                assertBroken(fault, Rule.GRAPH, Fault.COORDINATOR, "fewer others than neighbours"));
  }
}

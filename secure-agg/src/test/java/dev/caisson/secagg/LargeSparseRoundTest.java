package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.graph.GraphGuarantee;
import dev.caisson.secagg.graph.GraphPolicy;
import dev.caisson.secagg.graph.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One round of 300 sites over the graph that a policy derives for them: 5% assumed to side with
/// the coordinator, 5% to drop out. Real signatures, keys and shares.
final class LargeSparseRoundTest {
  private static final VectorSpec TWO = VectorSpec.of(new Segment.Exact("x", 2, 300, false));

  @Test
  void threeHundredSitesSumOverTheGraphThatTheirPolicyDerives() {
    Federation federation = new Federation(300);
    GraphPolicy.Assuming policy = new GraphPolicy.Assuming(0.05, 0.05, 200);
    Topology.Regular graph = policy.sparsest(300, 5).orElseThrow();
    assertThat(graph.corrupt()).isEqualTo(15);
    assertThat(graph.parameters().degree()).isLessThan(60);
    RoundManifest manifest =
        ManifestDraft.like(new Federation(3).manifest(3, TWO, new Weights.Equal()))
            .cohort(federation.names())
            .threshold(158)
            .topology(graph)
            .build();
    Play play =
        Play.of(federation, manifest)
            .policy(SparseFederation.policy(federation.policy(5), policy))
            .begin();
    for (int i = 0; i < 300; i++) {
      play.inputs.put(federation.name(i), Input.weighing(1).withExact("x", i, 300L - i));
    }
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    play.silent.addAll(List.of("site-010", "site-020", "site-030", "site-040", "site-050"));
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    play.silent.addAll(List.of("site-110", "site-120", "site-130", "site-140", "site-150"));
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.survivors()).hasSize(290);
    long expected = 299 * 300 / 2 - (10 + 20 + 30 + 40 + 50) - (110 + 120 + 130 + 140 + 150);
    assertThat(sum.aggregate().exactSum("x")).containsExactly(expected, 290 * 300 - expected);
    assertThat(sum.faults()).isEmpty();
    GraphGuarantee promise = sum.graph().orElseThrow();
    assertThat(promise.log2OfHalfOrLess()).isLessThan(-40);
    assertThat(promise.others()).isGreaterThanOrEqualTo((300 - 15) / 2);
    assertThat(promise.alpha()).isGreaterThan(0.47);
  }
}

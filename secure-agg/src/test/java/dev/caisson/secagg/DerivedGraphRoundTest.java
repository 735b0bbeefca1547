package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.graph.GraphGuarantee;
import dev.caisson.secagg.graph.GraphPolicy;
import dev.caisson.secagg.graph.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One round of 120 sites over the graph that a policy derives for them: 5% assumed to side with
/// the coordinator, 5% to drop out. Real signatures, keys and shares; `caisson bench secure-agg
/// --graph regular` has thousands.
final class DerivedGraphRoundTest {
  private static final int N = 120;
  private static final VectorSpec TWO = VectorSpec.of(new Segment.Exact("x", 2, N, false));

  @Test
  void sitesSumOverTheGraphThatTheirPolicyDerives() {
    Federation federation = new Federation(N);
    GraphPolicy.Assuming policy = new GraphPolicy.Assuming(0.05, 0.05, 100);
    Topology.Regular graph = policy.sparsest(N, 5).orElseThrow();
    assertThat(graph.corrupt()).isEqualTo(6);
    assertThat(graph.parameters().degree()).isLessThan(30);
    RoundManifest manifest =
        ManifestDraft.like(new Federation(3).manifest(3, TWO, new Weights.Equal()))
            .cohort(federation.names())
            .threshold(64)
            .topology(graph)
            .build();
    Play play =
        Play.of(federation, manifest)
            .policy(SparseFederation.policy(federation.policy(5), policy))
            .begin();
    for (int i = 0; i < N; i++) {
      play.inputs.put(federation.name(i), Input.weighing(1).withExact("x", i, (long) N - i));
    }
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    play.silent.addAll(List.of("site-010", "site-020", "site-030"));
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    play.silent.addAll(List.of("site-070", "site-080", "site-090"));
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.survivors()).hasSize(N - 6);
    long expected = (N - 1) * N / 2 - (10 + 20 + 30) - (70 + 80 + 90);
    assertThat(sum.aggregate().exactSum("x")).containsExactly(expected, (N - 6) * N - expected);
    assertThat(sum.faults()).isEmpty();
    GraphGuarantee promise = sum.graph().orElseThrow();
    assertThat(promise.log2OfHalfOrLess()).isLessThan(-40);
    assertThat(promise.others()).isGreaterThanOrEqualTo((N - 6) / 2);
    assertThat(promise.alpha()).isGreaterThan(0.47);
  }
}

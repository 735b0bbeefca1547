package dev.caisson.protocol.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.protocol.study.AggregationPlan.Weights;
import dev.caisson.protocol.study.AuditPlan;
import dev.caisson.protocol.study.Plans;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.study.TrainingPlan;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.VectorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RoundVectorsTest {
  @Test
  void aTrainingRoundSumsTheWeightedUpdateAndEqualMetrics() {
    assertThat(RoundVectors.training(Plans.plan(), 19).segments())
        .containsExactly(
            new Segment.Real("update", 19, 2, 1 << 24, true),
            new Segment.Real("loss", 1, 20, 1 << 24, false),
            new Segment.Real("auc", 1, 1, 1 << 24, false));
    assertThat(RoundVectors.evaluation(Plans.plan()).segments())
        .extracting(Segment::name)
        .containsExactly("loss", "auc");
  }

  /// A lane holds the sum of n entries of magnitude up to Q, both signs: 2 n Q < 2^32.
  @Test
  void theSumOfAllSitesFitsALaneForEveryCohort() {
    for (int sites = 3; sites <= StudyPlan.MAX_SITES; sites++) {
      VectorSpec vector = RoundVectors.training(plan(sites, new Weights.Equal()), 1);
      for (Segment segment : vector.segments()) {
        assertThat(2L * sites * segment.max()).as("%d sites", sites).isLessThan(1L << 32);
        assertThat(segment.max()).isGreaterThanOrEqualTo(1 << 20);
      }
    }
  }

  @Test
  void thePlansWeightsAreTheSums() {
    assertThat(RoundVectors.weights(plan(3, new Weights.Equal())))
        .isEqualTo(new dev.caisson.secagg.Weights.Equal());
    assertThat(RoundVectors.weights(plan(3, new Weights.FixedDenominator(300))))
        .isEqualTo(new dev.caisson.secagg.Weights.FixedDenominator(500, 300));
    assertThat(RoundVectors.weights(plan(3, new Weights.Total())))
        .isEqualTo(new dev.caisson.secagg.Weights.Total(500));
  }

  @Test
  void anotherPlanOrPurposeIsAnotherConfiguration() {
    StudyPlan other = plan(3, new Weights.Equal());
    assertThat(Plans.plan().digest()).isNotEqualTo(other.digest());
    List<Object> configs = new ArrayList<>();
    for (Purpose purpose : Purpose.values()) {
      configs.add(RoundVectors.config(Plans.plan(), purpose));
      configs.add(RoundVectors.config(other, purpose));
      assertThat(Purpose.ofLabel(purpose.label())).contains(purpose);
    }
    assertThat(configs).hasSize(6).doesNotHaveDuplicates();
    assertThat(Purpose.ofLabel("TRAIN")).isEmpty();
  }

  private static StudyPlan plan(int sites, Weights weights) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < sites; i++) {
      names.add("site-%03d".formatted(i));
    }
    return new StudyPlan(
        "text",
        "small",
        "trial",
        names,
        1,
        1,
        Plans.DATASET,
        0.2,
        Optional.empty(),
        new TrainingPlan(1, 1, TrainingPlan.Optimiser.SGD, 0.1, 0, 0),
        new AggregationPlan(3, 2, weights, 500, 0, 5, Signatures.ML_DSA),
        new AuditPlan(2, 1));
  }
}

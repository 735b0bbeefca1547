package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.Made;
import dev.caisson.client.round.SiteRoundRunner.Progress;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.ModelPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.Succession;
import dev.caisson.trust.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a plan allows is allowed once, whatever a coordinator calls its studies and however many it
/// runs at a time.
final class OnePlanTest {
  private static final String[] FOUR = {"a", "b", "c", "d"};

  @TempDir Path folder;
  private Rounds rounds;

  @BeforeEach
  void open() throws Exception {
    rounds = new Rounds(folder, FOUR);
  }

  @AfterEach
  void close() throws Exception {
    rounds.close();
  }

  /// Each round begins while no audit is answered yet. Two audits would be of two states, which no
  /// rule about one state forbids.
  @Test
  void ofTwoAuditsAtATimeOneIsAnswered() throws Exception {
    Outcome<SumResult> training =
        rounds.play(rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), FOUR), Optional.empty());
    Aggregate sum = ((Outcome.Next<SumResult>) training).next().aggregate();
    Digest next = rounds.next(sum, rounds.firstState());
    Optional<Succession> succession = Optional.of(Rounds.succession(sum));
    rounds.before(
        5,
        () ->
            assertThat(rounds.play(audit(next), succession))
                .as("begun later, answered first")
                .isInstanceOf(Outcome.Next.class));
    assertThat(rounds.play(audit(rounds.firstState()), Optional.empty()))
        .isInstanceOf(Outcome.Aborted.class);
    assertThat(rounds.sites.values())
        .allSatisfy(
            site ->
                assertThat(site.left)
                    .singleElement()
                    .asString()
                    .contains("has answered 1 rounds for 'audit', the plan foresees 1"));
  }

  /// Two files whose first states differ by next to nothing would give two sums over what is one
  /// state in all but name, and with other survivors one site's update.
  @Test
  void aPlanThatDescribesNoModelIsTiedToTheFirstFile() throws Exception {
    StudyPlan plan = Made.plan("model: {kind: logistic, inputs: 2}\n", "");
    assertThat(open(study("small-1", plan, 7))).isEqualTo(Progress.GOING_ON);
    rounds.site("a").restart();
    assertThat(open(study("small-2", plan, 8))).isEqualTo(Progress.LEFT);
    assertThat(rounds.site("a").left)
        .singleElement()
        .asString()
        .contains("coordinator broke BASE_STATE", "another model file for this plan");
    assertThat(open(study("small-2", plan, 7)))
        .as("the same file under another name")
        .isEqualTo(Progress.GOING_ON);
    assertThat(open(study("small-3", Made.plan("seed: 7", "seed: 8"), 8)))
        .as("another plan")
        .isEqualTo(Progress.GOING_ON);
  }

  private Progress open(LocalStudy study) throws Exception {
    return rounds
        .site("a")
        .begin(study, rounds.manifest(study, Purpose.TRAIN, 1, study.first().digest(), FOUR));
  }

  private static LocalStudy study(String name, StudyPlan plan, long seed) {
    LocalStudy planned = Made.study(name, Made.plan());
    return new LocalStudy(
        name,
        plan,
        PlannedModel.of(new ModelPlan(2, List.of(16)), seed),
        planned.persons(),
        planned.commitment());
  }

  private RoundManifest audit(Digest state) {
    LocalStudy study = rounds.site("a").study;
    RoundManifest like = rounds.manifest(Purpose.EVALUATE, 2, state, FOUR);
    return new RoundManifest(
        like.study(),
        like.round(),
        Purpose.AUDIT.label(),
        state,
        RoundVectors.config(study.plan(), Purpose.AUDIT),
        like.cohort(),
        like.threshold(),
        RoundTerms.audit(study),
        new Weights.Equal(),
        like.nonce(),
        like.uploadNotBefore(),
        like.deadline(),
        like.signatures());
  }
}

package dev.caisson.client.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.Made;
import dev.caisson.client.study.StudyAdmission.Answer;
import dev.caisson.dataset.Samples;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.secagg.Signatures;
import dev.caisson.trust.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StudyAdmissionTest {
  private final SplitKey key = SplitKey.generate();
  private final List<Digest> fetched = new ArrayList<>();

  private StudyAdmission admission(Samples persons, int maximumParameters, boolean total) {
    StudyPolicy policy =
        new StudyPolicy(
            Set.of("trial"), 5, 2, maximumParameters, 3, 20, 1, 2, total, Signatures.ML_DSA, false);
    return new StudyAdmission("b", policy, Made.DATASET, 2, persons, key);
  }

  private Answer judge(StudyAdmission admission, StudyPlan plan, OnnxModel model) throws Exception {
    return admission.judge(
        "small-1",
        plan.text().getBytes(StandardCharsets.UTF_8),
        model.digest(),
        digest -> {
          fetched.add(digest);
          return model.bytes();
        });
  }

  private static OnnxModel planned(StudyPlan plan) {
    return PlannedModel.of(plan.model().orElseThrow(), plan.seed());
  }

  @Test
  void admitsWhatThePolicyAllowsAlwaysWithTheSameHoldOut() throws Exception {
    StudyAdmission admission = admission(Made.persons(150), 100, false);
    Answer first = judge(admission, Made.plan(), planned(Made.plan()));
    assertThat(first).isInstanceOf(Answer.Admitted.class);
    Answer second = judge(admission, Made.plan(), planned(Made.plan()));
    LocalStudy one = ((Answer.Admitted) first).study();
    LocalStudy two = ((Answer.Admitted) second).study();
    assertThat(two.commitment()).isEqualTo(one.commitment());
    assertThat(two.persons()).isEqualTo(one.persons());
    assertThat(one.persons().members().ids())
        .doesNotContainAnyElementsOf(one.persons().heldOut().ids());
    assertThat(one.persons().members().rows() + one.persons().heldOut().rows()).isEqualTo(150);
  }

  @Test
  void refusesByPolicyBeforeAnyModelIsFetched() throws Exception {
    StudyAdmission admission = admission(Made.persons(150), 100, false);
    refused(admission, "project 'other' is not allowed", "project: trial", "project: other");
    refused(admission, "the plan does not name this site", "[a, b, c, d]", "[a, c, d]");
    refused(admission, "6 rounds are more than this site's 5", "rounds: 2", "rounds: 6");
    refused(admission, "3 epochs a round are more than", "epochs: 1", "epochs: 3");
    refused(admission, "a clip norm of 3.5 is more than", "clip-norm: 2", "clip-norm: 3.5");
    refused(
        admission,
        "does not let the sum of weights become visible",
        "{mode: fixed-denominator, maximum: 500, denominator: 300}",
        "{mode: total, maximum: 500}");
    refused(
        admission,
        "this site holds " + Made.DATASET.shortHex(),
        Made.DATASET.toString(),
        Digest.ofText("other").toString());
    assertThat(fetched).isEmpty();
  }

  private void refused(StudyAdmission admission, String words, String bend, String into)
      throws Exception {
    StudyPlan plan = Made.plan(bend, into);
    assertThat(judge(admission, plan, planned(plan)))
        .isInstanceOfSatisfying(
            Answer.Refused.class, refused -> assertThat(refused.reason()).contains(words));
  }

  @Test
  void totalWeightsAreAdmittedWhereTheCustodianAllowsThem() throws Exception {
    StudyPlan plan =
        Made.plan(
            "{mode: fixed-denominator, maximum: 500, denominator: 300}",
            "{mode: total, maximum: 500}");
    assertThat(judge(admission(Made.persons(150), 100, true), plan, planned(plan)))
        .isInstanceOf(Answer.Admitted.class);
  }

  @Test
  void refusesAPlanThatCannotBeReadNamingTheLine() throws Exception {
    Answer answer =
        admission(Made.persons(150), 100, false)
            .judge(
                "small-1",
                Made.plan().text().replace("rounds:", "ruonds:").getBytes(StandardCharsets.UTF_8),
                Digest.ofText("model"),
                digest -> new byte[0]);
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .startsWith("the plan is not readable: plan, line 5")
                    .contains("did you mean 'rounds'?"));
  }

  @Test
  void refusesAModelThatIsNotThePlans() throws Exception {
    StudyAdmission admission = admission(Made.persons(150), 100, false);
    StudyPlan plan = Made.plan();
    OnnxModel other = PlannedModel.of(plan.model().orElseThrow(), plan.seed() + 1);
    assertThat(judge(admission, plan, other))
        .isEqualTo(new Answer.Refused("the model file is not the one that the plan describes"));
    assertThat(judge(admission(Made.persons(150), 2, false), plan, planned(plan)))
        .isEqualTo(
            new Answer.Refused("the model has 3 trainable numbers, this site allows 1 to 2"));
    assertThat(
            admission.judge(
                "small-1",
                plan.text().getBytes(StandardCharsets.UTF_8),
                Digest.ofText("model"),
                digest -> "no model".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.reason()).startsWith("the model is not acceptable"));
  }

  @Test
  void refusesPersonalParametersThatTheModelHasNotOrThatLeaveNothingToShare() throws Exception {
    StudyAdmission admission = admission(Made.persons(150), 100, false);
    refused(
        admission,
        "the model has no parameter 'fc1.wieght' (did you mean 'fc1.weight'?)",
        "audit:",
        "personal: [fc1.wieght]\naudit:");
    refused(admission, "none be shared", "audit:", "personal: [fc*]\naudit:");
    StudyPlan plan = Made.plan("audit:", "personal: [fc1.bias]\naudit:");
    assertThat(judge(admission, plan, planned(plan)))
        .isInstanceOfSatisfying(
            Answer.Admitted.class,
            admitted -> {
              assertThat(admitted.study().shared().length()).isEqualTo(2);
              assertThat(admitted.study().shared().headLength()).isEqualTo(1);
            });
  }

  @Test
  void aWarmStartIsTheFileThatThePlanNames() throws Exception {
    StudyAdmission admission = admission(Made.persons(150), 100, false);
    OnnxModel released = planned(Made.plan());
    StudyPlan plan =
        Made.plan("model: {kind: logistic, inputs: 2}", "warm-start: " + released.digest());
    assertThat(judge(admission, plan, released)).isInstanceOf(Answer.Admitted.class);
    OnnxModel other = PlannedModel.of(Made.plan().model().orElseThrow(), 99);
    assertThat(judge(admission, plan, other))
        .isEqualTo(
            new Answer.Refused("the model file is not the released one that the plan names"));
  }

  /// The words must be the same whether the site has 3 persons or 30, or persons of one outcome.
  @Test
  void tooFewPersonsAreRefusedWithoutACount() throws Exception {
    Answer few = new Answer.Refused("this site's persons do not suffice for the plan's hold-out");
    StudyPlan plan = Made.plan();
    assertThat(judge(admission(Made.persons(3), 100, false), plan, planned(plan))).isEqualTo(few);
    assertThat(judge(admission(Made.persons(30), 100, false), plan, planned(plan))).isEqualTo(few);
    Samples both = Made.persons(150);
    Samples healthy = new Samples(both.ids(), 2, both.features(), new float[150]);
    assertThat(judge(admission(healthy, 100, false), plan, planned(plan))).isEqualTo(few);
  }
}

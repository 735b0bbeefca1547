package dev.caisson.client.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.client.Made;
import dev.caisson.client.study.StudyAdmission.Answer;
import dev.caisson.dataset.Samples;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.secagg.Signatures;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StudyAdmissionTest {
  private static final IdentityKey ANN = IdentityKey.generate();

  private final SplitKey key = SplitKey.generate();
  private final List<Digest> fetched = new ArrayList<>();

  @TempDir Path home;

  private StudyAdmission admission(Samples persons, int maximumParameters, boolean total)
      throws IOException {
    accept(Map.of("ann", ANN.identity()));
    StudyPolicy policy =
        new StudyPolicy(
            Set.of("trial"), 5, 2, maximumParameters, 3, 20, 1, 2, total, Signatures.ML_DSA, false);
    return new StudyAdmission(
        "b", policy, Made.DATASET, 2, persons, key, new KnownResearchers(researchers()));
  }

  private Path researchers() {
    return home.resolve(KnownResearchers.FILE);
  }

  private void accept(Map<String, Identity> names) throws IOException {
    Files.write(researchers(), new Roster(names).encoded());
  }

  private static SignedPlan signed(String text, Digest model) {
    return SignedPlan.sign(text.getBytes(StandardCharsets.UTF_8), model, "ann", ANN);
  }

  private Answer judge(StudyAdmission admission, StudyPlan plan, OnnxModel model) throws Exception {
    return judge(admission, signed(plan.text(), model.digest()), model);
  }

  private Answer judge(StudyAdmission admission, SignedPlan plan, OnnxModel model)
      throws Exception {
    return admission.judge(
        "small-1",
        plan,
        digest -> {
          fetched.add(digest);
          return Files.write(home.resolve("fetched"), model.bytes());
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

  /// A container, for models that no ONNX file can hold; this one is small.
  @Test
  void admitsAModelThatIsPackedAndLeavesNoFile() throws Exception {
    StudyPlan plan = Made.plan("model: {kind: logistic, inputs: 2}\n", "");
    Path file = home.resolve("packed");
    ModelSpec.mlp(2, List.of(40, 40), 1, 7).pack(file);
    Digest digest = Digest.of(Files.readAllBytes(file));

    Answer answer =
        admission(Made.persons(150), 2000, false)
            .judge("small-1", signed(plan.text(), digest), _ -> file);

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Admitted.class,
            admitted -> {
              assertThat(admitted.study().model().digest()).isEqualTo(digest);
              assertThat(admitted.study().first().state())
                  .containsExactly(ModelSpec.mlp(2, List.of(40, 40), 1, 7).build().initialVector());
            });
    assertThat(file).doesNotExist();
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
                signed(Made.plan().text().replace("rounds:", "ruonds:"), Digest.ofText("model")),
                digest -> home.resolve("none"));
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
                signed(plan.text(), Digest.ofText("model")),
                digest -> Files.writeString(home.resolve("fetched"), "no model")))
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

  @Test
  void takesPartOnlyInWhatAKnownResearcherSigned() throws Exception {
    StudyAdmission admission = admission(Made.persons(150), 100, false);
    OnnxModel model = planned(Made.plan());
    SignedPlan anns = signed(Made.plan().text(), model.digest());
    assertThat(judge(admission, anns, model)).isInstanceOf(Answer.Admitted.class);
    fetched.clear();

    byte[] changed = (Made.plan().text() + "# once more").getBytes(StandardCharsets.UTF_8);
    notSigned(admission, new SignedPlan(changed, anns.model(), "ann", anns.signature()));
    notSigned(
        admission, new SignedPlan(anns.text(), Digest.ofText("another"), "ann", anns.signature()));
    notSigned(admission, new SignedPlan(anns.text(), anns.model(), "ann", new byte[0]));
    notSigned(admission, SignedPlan.sign(anns.text(), anns.model(), "ann", IdentityKey.generate()));
    refused(admission, new SignedPlan(anns.text(), anns.model(), "bob", anns.signature()))
        .contains("does not know researcher 'bob'", "caisson site roster");
    assertThat(fetched).as("models of plans that nobody signed").isEmpty();
  }

  /// One who has left is no longer listened to, one who came is, and no agent is started again.
  @Test
  void followsWhomItsCustodianAccepts() throws Exception {
    StudyAdmission admission = admission(Made.persons(150), 100, false);
    OnnxModel model = planned(Made.plan());
    SignedPlan anns = signed(Made.plan().text(), model.digest());
    Files.delete(researchers());
    refused(admission, anns).contains("does not know researcher 'ann'");
    accept(Map.of("bob", ANN.identity()));
    refused(admission, anns).contains("does not know researcher 'ann'");
    accept(Map.of("ann", ANN.identity()));
    assertThat(judge(admission, anns, model)).isInstanceOf(Answer.Admitted.class);
    Files.writeString(researchers(), "no roster");
    assertThatThrownBy(() -> judge(admission, anns, model))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("researchers.roster is no roster");
  }

  private void notSigned(StudyAdmission admission, SignedPlan plan) throws Exception {
    refused(admission, plan).contains("not signed by researcher 'ann'");
  }

  private AbstractStringAssert<?> refused(StudyAdmission admission, SignedPlan plan)
      throws Exception {
    Answer answer = judge(admission, plan, planned(Made.plan()));
    assertThat(answer).isInstanceOf(Answer.Refused.class);
    return assertThat(((Answer.Refused) answer).reason());
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

package dev.caisson.airlock.policy;

import static dev.caisson.airlock.policy.Cases.attacks;
import static dev.caisson.airlock.policy.Cases.check;
import static dev.caisson.airlock.policy.Cases.clean;
import static dev.caisson.airlock.policy.Cases.ran;
import static dev.caisson.airlock.policy.Cases.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.Figures;
import dev.caisson.airlock.statistics.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// One model that meets every condition, and then each condition taken away by itself.
class PolicyRulingTest {
  private static final Policy POLICY = Policy.standard();

  /// A reader who sees 68 beside "block above 65" and no block must be told why there is none.
  @Test
  void aFigureOverItsBlockLimitThatChanceAllowsIsCalledThat() {
    Figures few = Cases.figures(Cases.trial(0.68, 60, new SplittableRandom(3)), 3);
    List<Tried> attacks = List.of(new Tried.Ran("loss", 0, Cases.withAuc(few, 0.68)));
    PolicyRuling ruling = ruling(Cases.clean(), attacks);
    assertThat(ruling.verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
    assertDoubt(
        ruling, "68.0 times in 100, over the 65.0 above which the policy blocks; allowing for");
  }

  @Test
  void supportsWhatMeetsEveryCondition() {
    PolicyRuling ruling = ruling(clean(), attacks(0.5));
    assertThat(ruling.why()).isNotEmpty();
    assertThat(ruling.verdict()).as("%s", ruling.why()).isEqualTo(Verdict.SUPPORTS_RELEASE);
    assertThat(ruling.why().getFirst())
        .contains("'Caisson default' (revision 1", "named recipients", "People still decide");
    assertThat(ruling.checks()).allMatch(check -> check.status() == Status.PASS);
    assertThat(ruling.checks())
        .extracting(Check::name)
        .contains("attack.loss.auc", "attack.ratio.tpr-at-1-percent", "policy.signature");
  }

  @Test
  void anUnsignedOrMissingPolicyLeavesItToAPerson() {
    Grounds grounds = Cases.assessed(clean(), attacks(0.5));
    for (Standing standing :
        List.of(new Standing.Missing(), new Standing.Unsigned("its file is gone"))) {
      PolicyRuling ruling = PolicyRuling.of(POLICY, standing, grounds);
      assertThat(ruling.verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
      assertThat(ruling.why().get(1)).startsWith("No signed policy rules this: ");
    }
  }

  @Test
  void attacksWithoutReferenceModelsNeverClear() {
    List<Tried> tierOne = new ArrayList<>(attacks(0.5));
    tierOne.removeLast();
    assertDoubt(ruling(clean(), tierOne), "No attack with reference models ran");
    tierOne.add(ran("ratio", 15, 0.5, 77));
    assertDoubt(ruling(clean(), tierOne), "had 15 models, the policy asks for 16");
  }

  @Test
  void aRequiredAttackThatDidNotRunNeedsAPersonAndOneWithoutMeaningDoesNot() {
    List<Tried> some = new ArrayList<>(attacks(0.5));
    some.removeIf(tried -> tried.attack().equals("label-only"));
    assertDoubt(ruling(clean(), some), "label-only (not tried)");
    some.add(new Tried.Refused("label-only", "needs a model that can be asked"));
    assertDoubt(ruling(clean(), some), "label-only (needs a model that can be asked)");
    Grounds regression =
        new Grounds(Task.REGRESSION, Destination.NAMED, 2000, 2000, 1, clean(), some);
    assertThat(PolicyRuling.of(POLICY, Cases.SIGNED, regression).verdict())
        .isEqualTo(Verdict.SUPPORTS_RELEASE);
  }

  @Test
  void evidenceThatIsNotBelievedClearsNothing() {
    List<Check> unwired = new ArrayList<>(clean());
    unwired.removeIf(check -> check.name().equals("evidence.wiring"));
    assertDoubt(ruling(unwired, attacks(0.5)), "not shown to be wired");
    unwired.add(check("evidence.wiring", Status.WARN, "the claimed AUC was not reproduced"));
    assertDoubt(ruling(unwired, attacks(0.5)), "The claimed AUC was not reproduced");
    assertThat(ruling(unwired, attacks(0.5)).why())
        .as("a failed wiring check is told once")
        .filteredOn(why -> why.contains("reproduced") || why.contains("wired"))
        .hasSize(1);
    List<Check> unfaithful = new ArrayList<>(clean());
    unfaithful.removeIf(check -> check.name().equals("evidence.fidelity"));
    assertDoubt(ruling(unfaithful, attacks(0.5)), "not shown to be like the model");
  }

  @Test
  void aWarningIsToBeWeighedUnlessItIsAdvisory() {
    assertDoubt(
        ruling(with(check("file.metadata", Status.WARN, "a long text")), attacks(0.5)),
        "To be weighed, file.metadata: A long text.");
    List<Tried> gap = new ArrayList<>(attacks(0.5));
    gap.add(ran("gap", 0, 0.75, 5));
    PolicyRuling ruling = ruling(with(check("gap.loss", Status.WARN, "a gap")), gap);
    assertThat(ruling.verdict()).isEqualTo(Verdict.SUPPORTS_RELEASE);
    assertThat(ruling.checks())
        .anyMatch(c -> c.name().equals("gap.auc") && c.status() == Status.WARN);
  }

  @Test
  void scoresTheWrongWayRoundAreNotAGoodSign() {
    List<Tried> inverted = new ArrayList<>(attacks(0.5));
    inverted.set(0, ran("loss", 0, 0.31, 3)); // as of swapped classes
    PolicyRuling ruling = ruling(clean(), inverted);
    assertDoubt(ruling, "evidence.direction: Non-members look more like members");
    assertThat(ruling.why().get(1)).contains("evidence.direction");
  }

  @Test
  void constantOutputsAreNotClean() {
    List<Tried> constant = new ArrayList<>(attacks(0.5));
    double[] same = new double[Cases.PERSONS];
    constant.set(0, new Tried.Ran("loss", 0, Cases.figures(Trial.of(same, same), 1)));
    assertDoubt(ruling(clean(), constant), "The loss attack: shown one member");
  }

  @Test
  void tooFewPersonsTooManyAttemptsAForbiddenPlace() throws Exception {
    List<Tried> attacks = attacks(0.5);
    Grounds few = new Grounds(Task.BINARY, Destination.NAMED, 2000, 299, 1, clean(), attacks);
    assertDoubt(
        PolicyRuling.of(POLICY, Cases.SIGNED, few),
        "2,000 members and 299 non-members: the policy asks for 300");
    Grounds fourth = new Grounds(Task.BINARY, Destination.NAMED, 2000, 2000, 4, clean(), attacks);
    assertDoubt(PolicyRuling.of(POLICY, Cases.SIGNED, fourth), "Assessment 4 of this model line");
    Policy closed =
        PolicyTest.changed("  named:\n    allowed: true", "  named:\n    allowed: false");
    PolicyRuling ruling = PolicyRuling.of(closed, Cases.SIGNED, Cases.assessed(clean(), attacks));
    assertDoubt(ruling, "The policy does not allow release to named recipients");
  }

  @Test
  void blocksForAFactThatNobodyCanWaive() {
    PolicyRuling ruling =
        ruling(with(check("rows.stored", Status.BLOCK, "the weights keep 3 rows")), attacks(0.5));
    assertThat(ruling.verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(ruling.why())
        .containsExactly(
            "Do not release this file. The first point below is a fact about the file; nobody can waive it. The model must be changed and submitted again.",
            "rows.stored: The weights keep 3 rows.");
  }

  @Test
  void saysHowManyPointsAreFactsWhereAllOfThemAreShown() {
    List<Check> facts = new ArrayList<>(clean());
    for (int i = 0; i < 3; i++) {
      facts.add(check("rows.kind-" + i, Status.BLOCK, "the weights keep rows"));
    }
    assertThat(ruling(facts, attacks(0.72)).why().getFirst())
        .contains("The first 3 points below are facts about the file; nobody can waive them.");
    for (int i = 3; i < 30; i++) {
      facts.add(check("rows.kind-" + i, Status.BLOCK, "the weights keep rows"));
    }
    PolicyRuling cut = ruling(facts, attacks(0.5));
    assertThat(cut.why().getFirst()).contains(" The points below are facts about the file;");
    assertThat(cut.why().getLast()).startsWith("And 24 more");
  }

  @Test
  void blocksForAnAttackAndSaysWhoCanAcceptIt() {
    List<Tried> leaking = new ArrayList<>(attacks(0.5));
    leaking.set(0, ran("loss", 0, 0.72, 1));
    PolicyRuling ruling = ruling(clean(), leaking);
    assertThat(ruling.verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(ruling.why().getFirst())
        .contains("This is an estimate", "only a third approver, the data owner");
    assertThat(ruling.why().get(1))
        .startsWith("attack.loss.auc: shown one member and one non-member, it picks the member 7")
        .endsWith("the policy blocks above 65.0.");
    assertThat(String.join(" ", ruling.why())).doesNotContain("nobody can waive");
    Check check = named(ruling, "attack.loss.auc");
    assertThat(check.status()).isEqualTo(Status.BLOCK);
    assertThat(check.limit()).isEqualTo(0.65);
    assertThat(PolicyRuling.isStatistical(check)).isTrue();
  }

  @Test
  void theSameFiguresMayPassInsideAndNotInPublic() {
    List<Tried> attacks = attacks(0.55);
    Grounds inside = Cases.assessed(clean(), attacks);
    Grounds outside = new Grounds(Task.BINARY, Destination.PUBLIC, 2000, 2000, 1, clean(), attacks);
    assertThat(named(PolicyRuling.of(POLICY, Cases.SIGNED, inside), "attack.loss.auc").status())
        .isEqualTo(Status.PASS);
    assertThat(PolicyRuling.of(POLICY, Cases.SIGNED, outside).verdict())
        .isEqualTo(Verdict.NEEDS_A_PERSON);
  }

  @Test
  void aTprOfFewPeopleIsShownAndNotCounted() {
    Grounds few = new Grounds(Task.BINARY, Destination.NAMED, 999, 2000, 1, clean(), attacks(0.85));
    Check check = named(PolicyRuling.of(POLICY, Cases.SIGNED, few), "attack.loss.tpr-at-1-percent");
    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.value()).isGreaterThan(0.05);
    assertThat(check.limit()).isNull();
    assertThat(check.why())
        .isEqualTo(
            "not counted: 999 persons on the smaller side of this attack, the policy counts this figure from 1000");
  }

  @Test
  void aFewExposedPeopleBlockThoughTheAverageIsLow() {
    // 12% of members score far above everybody, the others as non-members do: AUC .56
    Trial trial = Cases.trial(0.5, Cases.PERSONS, new SplittableRandom(4));
    for (int i = 0; i < Cases.PERSONS * 12 / 100; i++) {
      trial.memberScores()[i] = 100 + i;
    }
    List<Tried> exposed = new ArrayList<>(attacks(0.5));
    exposed.set(0, new Tried.Ran("loss", 0, Cases.figures(trial, 1)));
    PolicyRuling ruling = ruling(clean(), exposed);
    assertThat(ruling.verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(named(ruling, "attack.loss.auc").status()).isEqualTo(Status.PASS);
    assertThat(named(ruling, "attack.loss.tpr-at-1-percent").why())
        .contains("it finds 1", "the policy blocks above 5.0", "On the other non-members");
  }

  @Test
  void givesNoMoreReasonsThanCanBeRead() {
    List<Check> many = new ArrayList<>(clean());
    for (int i = 0; i < 30; i++) {
      many.add(check("file.text-" + i, Status.WARN, "a long text"));
    }
    PolicyRuling ruling = ruling(many, List.of());
    assertThat(ruling.why()).hasSize(PolicyRuling.MOST_REASONS);
    assertThat(ruling.why().getLast()).startsWith("And ").contains("more; the table");
  }

  @Test
  void refusesAnAttackTwice() {
    List<Tried> twice = List.of(ran("loss", 0, 0.5, 1), new Tried.Refused("loss", "no"));
    assertThatIllegalArgumentException().isThrownBy(() -> Cases.assessed(clean(), twice));
  }

  private static PolicyRuling ruling(List<Check> checks, List<Tried> attacks) {
    return PolicyRuling.of(POLICY, Cases.SIGNED, Cases.assessed(checks, attacks));
  }

  private static Check named(PolicyRuling ruling, String name) {
    return ruling.checks().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static void assertDoubt(PolicyRuling ruling, String part) {
    assertThat(ruling.verdict()).as("%s", ruling.why()).isEqualTo(Verdict.NEEDS_A_PERSON);
    assertThat(ruling.why().getFirst()).startsWith("Nothing found forbids release to ");
    assertThat(ruling.why()).anyMatch(why -> why.contains(part));
  }
}

package dev.caisson.airlock.dossier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.airlock.Assessments;
import dev.caisson.airlock.Audits;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Verdict;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalDossierTest {
  private final Dossier full = Assessments.dossier(600, 520, 0.4);

  @Test
  void readsBackToTheSameDossier() throws MalformedException {
    for (Dossier dossier :
        List.of(
            full,
            full.forPublic(),
            Assessments.withoutAttacks(),
            Assessments.withoutAttacks().forPublic(),
            Assessments.blocked(),
            Assessments.blocked().forPublic())) {
      assertThat(Dossier.read(dossier.json())).isEqualTo(dossier);
    }
  }

  @Test
  void saysFirstHowOftenTheStrongestAttackIsRight() {
    AttackFigures loss = full.attack("loss").orElseThrow();
    assertThat(full.attacks()).allMatch(attack -> attack.auc() <= loss.auc());
    assertThat(full.plainly().getFirst())
        .contains("picks the member %d times in 100".formatted(Math.round(100 * loss.auc())))
        .contains("Guessing gives 50")
        .contains("loss attack, the strongest of the 4")
        .doesNotContain("site");
  }

  @Test
  void accusationsAreReckonedAtTwoPriors() {
    Dossier many = Assessments.dossier(1_200, 1_000, 0.4);
    AttackFigures one = many.attack("attribute:" + cut()).orElseThrow();
    double tpr = Objects.requireNonNull(one.tpr("0.01"));
    List<String> words = Plainly.say(List.of(one), 1, 1_200, 1_000);
    // Bayes: prior * TPR / (prior * TPR + (1 - prior) * .01)
    assertThat(words.get(1))
        .contains("finds %.1f%% of the members".formatted(100 * tpr))
        .contains("%d in 100 of these".formatted(Math.round(100 * tpr / (tpr + 0.01))))
        .contains(
            "if 1 in 100 were, %d in 100"
                .formatted(Math.round(100 * 0.01 * tpr / (0.01 * tpr + 0.99 * 0.01))));
  }

  /// 520 non-members: of the 260 that fix the rule two may be accused, of all others 1 or 4 in 100.
  @Test
  void ofFewPeopleNobodyIsToldHowManyAccusationsAreRight() {
    assertThat(full.plainly().get(1))
        .contains("of the members, the most. How many of these accusations")
        .endsWith("cannot be told from so few people.")
        .doesNotContain("if 1 in 100 were");
  }

  @Test
  void saysBothWaysWhatSoManyPeopleCanShow() {
    // 1 - .05^(1/520) = .574%; the design's .0295, .0030 and .0003 for 100, 1,000 and 10,000
    assertThat(full.plainly().getLast())
        .contains("600 members and 520 non-members")
        .contains("up to 0.57% of all strangers")
        .contains("accusing 1 in 100 rests on too few people (it takes 1,000 a side)");
    List<AttackFigures> attacks = full.attacks();
    assertThat(Plainly.say(attacks, 1, 100, 100).getLast()).contains("up to 2.95%");
    assertThat(Plainly.say(attacks, 1, 1000, 1000).getLast())
        .contains("up to 0.30%")
        .contains("accusing 1 in 1,000 rests on too few")
        .doesNotContain("accusing 1 in 100 ");
    assertThat(Plainly.say(attacks, 1, 10_000, 10_000).getLast())
        .contains("up to 0.03%")
        .doesNotContain("too few");
  }

  @Test
  void refusedAttacksAreNotPassedOverInSilence() {
    assertThat(full.notRun())
        .contains(
            new NotRun("Attack label-only", "needs a model that can be asked about changed rows"));
    assertThat(full.attacks()).extracting(AttackFigures::name).doesNotContain("label-only");
  }

  @Test
  void withoutAttacksItSaysThatNothingIsKnown() {
    Dossier none = Assessments.withoutAttacks();
    assertThat(none.plainly().getFirst()).contains("No attack was run", "neither that it does nor");
    for (Dossier each : List.of(none, none.forPublic())) {
      assertThat(page(each)).contains("None was run").doesNotContain("<svg");
    }
  }

  @Test
  void whatCannotBeDetectedIsSaid() {
    for (Dossier dossier : List.of(full, full.forPublic(), Assessments.blocked())) {
      assertThat(page(dossier))
          .contains("LZMA", "encrypted", "permutation", "high bits", "rotated", ".525", ".77");
    }
  }

  @Test
  void aBlockIsNotSoftened() {
    assertThat(page(Assessments.blocked()))
        .contains("The evidence blocks release", "Return the model", ">block<");
    assertThat(Assessments.blocked().forPublic().verdict()).isEqualTo(Verdict.BLOCKS);
  }

  @Test
  void verdictComesBeforePlainWordsAndPictures() {
    String page = page(full);
    List<Integer> places =
        List.of(
            page.indexOf("class=\"verdict"),
            page.indexOf("<h2>What you are asked to decide"),
            page.indexOf("picks the member"),
            page.indexOf("<svg"),
            page.indexOf("<h2>Attacks"),
            page.indexOf("<h2>Checks"),
            page.indexOf("<h2>What was not done"),
            page.indexOf("<h2>What no test here can see"),
            page.indexOf("<h2>Where it comes from"));
    assertThat(places).doesNotContain(-1).isSorted();
  }

  @Test
  void everyCheckIsInThePageUnderItsQuestion() {
    String page = page(full);
    full.checks().forEach(check -> assertThat(page).contains(">" + check.name() + "<"));
    assertThat(page.indexOf(">tables.entries<"))
        .isBetween(page.indexOf("<h3>Rows and tables"), page.indexOf("<h3>Structure"));
    assertThat(page.indexOf(">evidence.shift<"))
        .isBetween(page.indexOf("<h3>Is the evidence"), page.indexOf("<h3>Attacks against"));
  }

  @Test
  void namesFromFilesCannotBecomeMarkup() {
    for (Dossier dossier : List.of(full, full.forPublic(), Assessments.withoutAttacks())) {
      assertThat(page(dossier))
          .doesNotContain("<script", "http://", "https://", "url(", "<link", "\u202e", "\u0000")
          .contains("&lt;script&gt;", "default-src 'none'");
    }
    String json = new String(full.json(), StandardCharsets.UTF_8);
    assertThat(json).doesNotContain("\u202e", "\\u0000", "\u0000");
    Check long1 =
        new Check("n".repeat(500), Finding.Status.PASS, null, null, null, "w".repeat(9999));
    assertThat(long1.name()).hasSize(123);
    assertThat(long1.why()).hasSize(1003);
  }

  @Test
  void aVerdictThatBlocksNeedsACheckThatDoes() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new LocalDossier(
                        Audits.fileScan(),
                        new LocalDossier.People(20, 20, null, 10),
                        Verdict.BLOCKS,
                        List.of("so it is"),
                        List.of(),
                        List.of(),
                        null)
                    .write("x", Assessments.assessment(), List.of(), Audits.THEN))
        .withMessageContaining("no check blocks");
  }

  @Test
  void provenanceIsOfTheSameBytes() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Provenance(training(Digest.ofText("other")), Assessments.assessment()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Provenance(null, null));
  }

  @Test
  void onlyTheLatestHundredAttemptsAreListed() {
    List<Assessment.Earlier> many =
        IntStream.range(0, 250)
            .mapToObj(
                i ->
                    new Assessment.Earlier(
                        Instant.ofEpochSecond(i), Digest.ofText("m" + i), Verdict.NEEDS_A_PERSON))
            .toList();
    Assessment.Attempts attempts = new Assessment.Attempts(251, many);
    assertThat(attempts.earlier()).hasSize(100).endsWith(many.getLast());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Assessment.Attempts(1, Collections.nCopies(1, many.getFirst())));
  }

  @Test
  void figuresThatAreNoNumbersAreSaidInWords() {
    Check check =
        Check.measured(
            "weights.payload", Finding.Status.WARN, Double.POSITIVE_INFINITY, null, null, "odd");
    assertThat(check.value()).isNull();
    assertThat(check.why()).contains("odd", "Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Check("a.b", Finding.Status.PASS, Double.NaN, null, null, "not a number"));
  }

  @Test
  void figuresOfTheFullVersionAreTheStatisticsOwn() {
    for (AttackFigures attack : full.attacks()) {
      assertThat(attack.tprAtFpr().keySet()).containsExactly("0.001", "0.01", "0.1");
      assertThat(attack.advantage()).isNotNull();
      assertThat(attack.logRatio()).isNotNull().isNotNegative();
      assertThat(attack.members()).isEqualTo(600);
      // .5 + 2.486 sqrt((1/4 + 1118/12) / (600 * 520)) = .543
      assertThat(attack.smallestDetectableAuc()).isCloseTo(0.543, within(0.0005));
    }
  }

  private static String cut() {
    return Finding.printable(Assessments.HOSTILE);
  }

  private static String page(Dossier dossier) {
    return new String(dossier.html(), StandardCharsets.UTF_8);
  }

  private static Training training(Digest model) {
    Training t = Audits.training();
    return new Training(
        t.study(),
        t.plan(),
        t.initialModel(),
        model,
        t.cohort(),
        t.rounds(),
        t.roundTranscripts(),
        t.recipe(),
        new TreeMap<>(t.seedCommitments()),
        t.software(),
        t.created());
  }
}

package dev.caisson.airlock.dossier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.airlock.Assessments;
import dev.caisson.trust.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PublicLocalDossierTest {
  private final Dossier full = Assessments.dossier(600, 520, 0.4);

  @Test
  void thePublicVersionNamesNoColumnAndNoData() {
    String json = new String(full.forPublic().json(), StandardCharsets.UTF_8);
    String page = new String(full.forPublic().html(), StandardCharsets.UTF_8);
    for (String inside :
        List.of(
            "age_at_visit",
            "postcode",
            "readmitted",
            "alert(",
            "ab".repeat(32),
            "cd".repeat(32),
            "ef".repeat(32),
            "9f".repeat(32),
            Digest.ofText("an earlier model").hex(),
            "auc=.81",
            "1210",
            "420 looked for")) {
      assertThat(json).doesNotContain(inside);
      assertThat(page).doesNotContain(inside);
    }
    assertThat(json).contains("attribute:1").contains(Digest.ofText("policy").toString());
  }

  @Test
  void thePublicVersionShowsNoCheckThatCountsAFew() {
    for (Check check : full.forPublic().checks()) {
      boolean ofRows =
          List.of("rows", "tables", "trees", "structure")
              .contains(check.name().substring(0, check.name().indexOf('.')));
      if (ofRows) {
        assertThat(check.value()).as(check.name()).isNull();
        assertThat(check.interval()).isNull();
      }
    }
    assertThat(full.forPublic().checks()).hasSameSizeAs(full.checks());
  }

  @Test
  void noSmallCountCanBeReadFromThePublicHistogram() {
    for (int people : new int[] {40, 600, 3000}) {
      Dossier open = Assessments.dossier(people, people, 0.8).forPublic();
      Scores scores = Objects.requireNonNull(open.scores());
      assertThat(scores.members()).noneMatch(count -> count > 0 && count < 10);
      assertThat(scores.nonMembers()).noneMatch(count -> count > 0 && count < 10);
      assertThat(scores.roc().members()).isEqualTo(people);
      assertThat(open.attacks())
          .allMatch(a -> a.advantage() == null && a.logRatio() == null)
          .allMatch(
              a ->
                  a.tprAtFpr().values().stream()
                      .filter(Objects::nonNull)
                      .mapToLong(rate -> Math.round(rate * a.members()))
                      .noneMatch(n -> (n > 0 && n < 10) || (n < people && n > people - 10)));
    }
  }

  @Test
  void noPublicVersionOfAHandfulOfPeople() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Assessments.dossier(9, 40, 0).forPublic())
        .withMessageContaining("fewer than 10");
  }

  @Test
  void aHiddenRateIsNotMistakenForALowOne() {
    Dossier open = full.forPublic();
    assertThat(open.attack("loss").orElseThrow().tpr("0.01")).isNull();
    assertThat(open.plainly().get(1)).startsWith("Of the attacks whose figure may be shown here");
    assertThat(full.plainly().get(1)).startsWith("Allowed to accuse");
  }
}

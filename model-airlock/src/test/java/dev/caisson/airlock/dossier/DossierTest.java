package dev.caisson.airlock.dossier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.airlock.Audits;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.statistics.Roc;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DossierTest {
  private final Dossier full = Audits.dossier(600, 250, 0.15, 0);

  @Test
  void honestlyNeedsAPersonAndSaysWhy() {
    assertThat(full.verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
    assertThat(full.why()).anyMatch(line -> line.contains("reference models"));
    assertThat(full.why()).anyMatch(line -> line.contains("No signed release policy"));
    assertThat(full.notRun()).isNotEmpty();
  }

  @Test
  void aStoredRowBlocks() {
    Dossier blocked = Audits.dossier(600, 250, 0.15, 3);
    assertThat(blocked.verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(blocked.why().getFirst()).contains("rows of 3 members");
  }

  @Test
  void perfectFiguresStillDoNotSupportRelease() {
    assertThat(Audits.dossier(5000, 5000, 0, 0).verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
  }

  @Test
  void jsonHasThePublishedShape() throws IOException {
    JsonNode json = new ObjectMapper().readTree(full.json());
    assertThat(json.get("schema").asText()).isEqualTo("caisson/dossier/v2");
    assertThat(json.get("verdict").asText()).isEqualTo("needs-a-person");
    JsonNode check = json.get("checks").get(0);
    assertThat(check.fieldNames())
        .toIterable()
        .containsExactly("name", "status", "value", "interval", "limit", "why");
    JsonNode attack = json.get("attacks").get(0);
    assertThat(attack.get("name").asText()).isEqualTo("loss");
    assertThat(attack.get("tprAtFpr").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("0.1", "0.01", "0.001");
    assertThat(attack.get("aucInterval").size()).isEqualTo(2);
    for (String field : List.of("auc", "advantage", "members", "nonMembers", "seconds")) {
      assertThat(attack.get(field).isNumber()).as(field).isTrue();
    }
    assertThat(json.at("/provenance/training/plan").asText()).startsWith("sha256:");
    assertThat(json.get("notRun").get(0).fieldNames()).toIterable().containsExactly("what", "why");
  }

  @Test
  void jsonReadsBackToTheSameDossierAndNoOtherSpellingDoes() throws MalformedException {
    assertThat(Dossier.read(full.json())).isEqualTo(full);
    String text = new String(full.json(), StandardCharsets.UTF_8);
    for (String other :
        List.of(
            text + " ",
            text.replaceFirst("\n  ", "\n   "),
            text.replaceFirst("needs-a-person", "supports-release-"),
            text.replaceFirst("\"sites\" : 2", "\"sites\" : 2.0"),
            text.replaceFirst("\"sites\" : 2", "\"sites\" : 2, \"sites\" : 2"),
            text.replaceFirst("\"sites\" : 2", "\"sites\" : 2, \"extra\" : 1"),
            text.replaceFirst("\"plainly\" : \\[[^\\]]*\\]", "\"plainly\" : null"))) {
      assertThat(other).isNotEqualTo(text);
      assertThatExceptionOfType(MalformedException.class)
          .isThrownBy(() -> Dossier.read(other.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void verdictCannotContradictTheChecks() {
    String blocked =
        new String(full.json(), StandardCharsets.UTF_8).replaceFirst("needs-a-person", "blocks");
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> Dossier.read(blocked.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void pageIsSelfContainedAndEscaped() {
    String page = new String(full.html(), StandardCharsets.UTF_8);
    assertThat(page)
        .doesNotContain("<script", "http://", "https://", "url(", "<link", "<b>", "@import")
        .contains("&lt;script&gt;&amp;&quot;&#39;")
        .contains("default-src 'none'")
        .contains("The evidence does not decide: it needs a person");
    assertThat(page.indexOf("verdict")).isLessThan(page.indexOf("<svg"));
  }

  @Test
  void pageIsTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      byte[] german = Audits.dossier(600, 250, 0.15, 0).html();
      assertThat(german).isEqualTo(full.html());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void noSmallCountCanBeReadOrSubtractedFromThePublicVersion() {
    int shown = 0;
    for (int members : new int[] {40, 300, 2000}) {
      for (double lead : new double[] {0, 0.5, 4}) {
        Dossier open = Audits.dossier(members, members / 2, lead, 0).forPublic();
        int cell = open.smallestCell();
        assertThat(shown(open).members()).noneMatch(count -> count > 0 && count < cell);
        assertThat(shown(open).nonMembers()).noneMatch(count -> count > 0 && count < cell);
        // along the scores: every published count of members, in order
        TreeSet<Long> counts = new TreeSet<>(List.of(0L, open.members()));
        shown(open).roc().points().forEach(point -> counts.add(point.truePositives()));
        for (Double rate : open.attacks().getFirst().tprAtFpr().values()) {
          if (rate != null) {
            shown++;
            counts.add(Math.round(rate * open.members()));
          }
        }
        if (open.correct() != null) {
          counts.add(open.correct().members());
        }
        long below = 0;
        for (long count : counts) {
          assertThat(count == below || count - below >= cell).as("%s to %s", below, count).isTrue();
          below = count;
        }
        assertThat(open.attacks()).allMatch(attack -> attack.advantage() == null);
      }
    }
    assertThat(shown).as("rates that could be shown").isPositive();
  }

  @Test
  void publicVersionKeepsEverybodyInItsHistogram() {
    Roc open = shown(full.forPublic()).roc();
    assertThat(open.members()).isEqualTo(full.members());
    assertThat(open.nonMembers()).isEqualTo(full.nonMembers());
    assertThat(full.forPublic().attacks().getFirst().auc())
        .isCloseTo(full.attacks().getFirst().auc(), within(5e-5)); // four digits
  }

  @Test
  void publicVersionLeavesOutAccuraciesThatNameAFew() {
    Dossier nearlyPerfect =
        Audits.dossier(300, 120, 2.6, 0); // some four members are predicted wrong
    assertThat(nearlyPerfect.correct()).isNotNull();
    Dossier open = nearlyPerfect.forPublic();
    assertThat(open.correct()).isNull();
    assertThat(open.attacks()).extracting(AttackFigures::name).containsExactly("loss");
    assertThat(open.notRun()).anyMatch(item -> item.what().contains("gap"));
    Check gap =
        open.checks().stream()
            .filter(c -> c.name().equals("gap.accuracy"))
            .findFirst()
            .orElseThrow();
    assertThat(gap.value()).isNull();
    assertThat(gap.why()).contains("left out");
  }

  @Test
  void noPublicVersionOfAHandfulOfPeople() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Audits.dossier(4, 30, 0, 0).forPublic())
        .withMessageContaining("fewer than 10");
  }

  @Test
  void fewPeopleAreWarnedOf() {
    Dossier few = Audits.dossier(40, 30, 0, 0);
    assertThat(few.checks())
        .anyMatch(c -> c.name().equals("evidence.people") && c.status() == Finding.Status.WARN);
    assertThat(few.checks())
        .anyMatch(c -> c.name().equals("evidence.power") && c.status() == Finding.Status.WARN);
  }

  @Test
  void membersThatFitWorseAreNotCalledClean() {
    assertThat(Audits.dossier(600, 600, -0.8, 0).checks())
        .anyMatch(c -> c.name().equals("evidence.direction") && c.status() == Finding.Status.WARN);
  }

  private static Scores shown(Dossier dossier) {
    return Objects.requireNonNull(dossier.scores());
  }
}

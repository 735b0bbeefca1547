package dev.caisson.airlock.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.archive.Zips;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.AttackFigures;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.table.Roles;
import dev.caisson.dataset.BadTableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models that are scanned and never loaded, or are not there at all: what their scores tell, and
/// what nobody can tell without them.
final class UnopenedModelsTest {
  private static final int PERSONS = 120; // a side
  private static final Roles BY_ID = Roles.ofLabel("label").withId("id");

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"DL4J", "TorchScript"})
  void withoutScoresEveryAttackIsListedAsNotRun(String format) throws Exception {
    Assessed assessed = people().model(file(format)).run();
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
    assertThat(assessed.dossier().attacks()).isEmpty();
    assertThat(assessed.dossier().notRun())
        .filteredOn(entry -> entry.why().contains("scanned and never opened"))
        .extracting(entry -> entry.what())
        .contains(
            "Attack loss",
            "Attack gap",
            "Attack quantile",
            "Attack worst-case",
            "Attack label-only");
    assertThat(assessed.model()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DL4J", "TorchScript"})
  void withScoresTheAttacksOnOutputsRun(String format) throws Exception {
    Assessed assessed = people().model(file(format)).scores(scores(1.5)).roles(BY_ID).run();
    assertThat(assessed.dossier().attacks())
        .extracting(AttackFigures::name)
        .contains("loss", "gap", "worst-case")
        .doesNotContain("label-only"); // nobody can be asked
    assertThat(Assessing.checks(assessed, "attack.loss.auc").getFirst().value()).isGreaterThan(0.6);
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.BLOCKS);
  }

  @Test
  void scoresAloneAreAssessedAndNeverClean() throws Exception {
    Assessed assessed = people().withoutModel().scores(scores(0)).roles(BY_ID).run();
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
    assertThat(assessed.dossier().attacks()).extracting(AttackFigures::name).contains("loss");
    assertThat(Assessing.checks(assessed, "file.none"))
        .extracting(Check::status)
        .containsExactly(Status.WARN);
    assertThat(assessed.model()).isEmpty();
  }

  @Test
  void refusesScoresThatLackAPerson() throws Exception {
    String short1 = scores(0).lines().limit(2 * PERSONS).reduce("", (a, b) -> a + b + "\n");
    Assessing assessing = people().withoutModel().scores(short1).roles(BY_ID);
    assertThatExceptionOfType(BadTableException.class).isThrownBy(assessing::run);
  }

  /// Members' labels in another model's numbers: DL4J's are read from the file, not by DL4J.
  @Test
  void findsLabelsInTheNumbersOfAFileThatIsNotOpened() throws Exception {
    float[] labels = new float[PERSONS];
    List<String> lines = people().membersText().lines().skip(1).toList();
    for (int row = 0; row < PERSONS; row++) {
      labels[row] = lines.get(row).charAt(lines.get(row).length() - 1) - '0';
    }
    var entries = Zips.dl4j();
    entries.put("coefficients.bin", Zips.array(labels));
    Assessed assessed = people().model(Zips.zip(entries)).run();
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(Assessing.checks(assessed, "rows.labels").getFirst().status())
        .isEqualTo(Status.BLOCK);
  }

  @Test
  void survivalInDiscreteTimeIsAttackedByItsLikelihood() throws Exception {
    Assessed assessed =
        survival()
            .mapping(
                """
                caisson: mapping/v1
                inputs:
                  - columns: [menopause, tumour_size, grade, nodes, progesterone, oestrogen, age, hormone_therapy]
                survival: {time: years, cuts: [2, 4]}
                """)
            .run();
    assertThat(assessed.dossier().provenance().assessment()).isNotNull();
    assertThat(assessed.dossier().provenance().assessment().task()).isEqualTo("survival");
    assertThat(assessed.dossier().attacks()).extracting(AttackFigures::name).contains("loss");
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
  }

  @Test
  void survivalWithoutTimesIsARiskScoreThatNoAttackCanRead() throws Exception {
    Assessed assessed = Assessing.fixture(folder, "mlp-sigmoid").task(Task.SURVIVAL).run();

    assertThat(assessed.dossier().attacks()).isEmpty();
    assertThat(assessed.dossier().notRun())
        .filteredOn(entry -> entry.what().equals("Attack loss"))
        .allMatch(entry -> entry.why().startsWith("needs a person"))
        .isNotEmpty();
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
  }

  /// A network of two outputs read as the hazards of two intervals; it need not be a good one.
  private Assessing survival() throws Exception {
    Assessing assessing = Assessing.fixture(folder, "mlp-overfitted").task(Task.SURVIVAL);
    return assessing
        .members(withYears(assessing.membersText(), 1))
        .nonMembers(withYears(assessing.nonMembersText(), 2));
  }

  private static String withYears(String csv, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    for (String line : csv.lines().toList()) {
      text.append(
              text.isEmpty()
                  ? "years"
                  : String.format(Locale.ROOT, "%.2f", 5 * random.nextDouble()))
          .append(',')
          .append(line)
          .append('\n');
    }
    return text.toString();
  }

  private Assessing people() throws Exception {
    return Assessing.fixture(folder, "mlp-overfitted").members(people(0)).nonMembers(people(1));
  }

  private static String people(int side) {
    SplittableRandom random = new SplittableRandom(40 + side);
    StringBuilder text = new StringBuilder("id,a,b,label\n");
    for (int i = 0; i < PERSONS; i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s%d,%.4f,%.4f,%d%n",
              side == 0 ? "m" : "n",
              i,
              random.nextGaussian(),
              random.nextGaussian(),
              random.nextInt(2)));
    }
    return text.toString();
  }

  /// A logit for each person: right by 1 in either direction, and surer by `lead` of members.
  private static String scores(double lead) {
    SplittableRandom random = new SplittableRandom(50);
    StringBuilder text = new StringBuilder("id,score\n");
    for (int side = 0; side < 2; side++) {
      for (String line : people(side).lines().skip(1).toList()) {
        double sign = line.endsWith("1") ? 1 : -1;
        double logit = sign * (1 + (side == 0 ? lead : 0)) + random.nextGaussian();
        text.append(line, 0, line.indexOf(','))
            .append(String.format(Locale.ROOT, ",%.5f%n", logit));
      }
    }
    return text.toString();
  }

  private static byte[] file(String format) {
    return format.equals("DL4J") ? Zips.zip(Zips.dl4j()) : Zips.resource("torch-script.pt");
  }
}

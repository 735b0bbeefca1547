package dev.caisson.airlock.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.dossier.Check;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A table that feeds a model otherwise than its training did. The true AUC is .736 on these 1,200
/// non-members, and that is what the researcher declares.
final class WiringOfModelsTest {
  private static final String TRUE_CLAIM = "auc=.74";

  private static final List<String> COLUMNS =
      List.of(
          "age",
          "menopause",
          "tumour_size",
          "grade",
          "nodes",
          "progesterone",
          "oestrogen",
          "hormone_therapy");

  @TempDir private Path folder = Path.of("");

  enum Mistake {
    SCALED_TWICE,
    SCALER_MISSING,
    COLUMNS_REVERSED,
    CLASSES_SWAPPED
  }

  @ParameterizedTest
  @EnumSource
  void aWrongWiringIsNotBelieved(Mistake mistake) throws Exception {
    Assessed assessed = made(mistake).claimed(TRUE_CLAIM).run();
    assertThat(Assessing.checks(assessed, "evidence.wiring"))
        .anyMatch(
            check ->
                check.status() == Status.WARN
                    && check.why().startsWith("input mapping not believed")
                    && check.why().contains("0.7400 was declared"));
    assertThat(assessed.dossier().verdict()).isNotEqualTo(Verdict.SUPPORTS_RELEASE);
    assertThat(assessed.dossier().why())
        .filteredOn(why -> why.contains("mapping not believed") || why.contains("wired"))
        .isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void withoutAClaimAWrongWiringIsNeverClean(Mistake mistake) throws Exception {
    // the dry run has the very checks of the assessment, without its attacks
    String dry = new Assessor(made(mistake).request(), (_, _) -> {}).dryRun();
    assertThat(dry).contains("WARN: no held-out metric was declared, so a wrong mapping could");
  }

  @Test
  void theRightWiringWithTheRightClaimPasses() throws Exception {
    Assessed assessed = Assessing.fixture(folder, "mlp-regularised").claimed(TRUE_CLAIM).run();
    assertThat(Assessing.checks(assessed, "evidence.wiring"))
        .isNotEmpty()
        .allMatch(check -> check.status() == Status.PASS);
    assertThat(Assessing.checks(assessed, "policy.evidence-believed"))
        .extracting(Check::status)
        .containsExactly(Status.PASS);
  }

  @Test
  void theScalerOfTheMappingStandsForTheOneThatTheModelLacks() throws Exception {
    Assessing assessing =
        Assessing.fixture(folder, "mlp-regularised").model(withoutScaler()).claimed(TRUE_CLAIM);
    String dry = new Assessor(assessing.mapping(scaling()).request(), (_, _) -> {}).dryRun();
    assertThat(dry).contains("PASS: auc is 0.73").doesNotContain("WARN");
  }

  @Test
  void aFalseClaimIsNotBelievedEither() throws Exception {
    Assessing assessing = Assessing.fixture(folder, "mlp-regularised").claimed("auc=.81");
    String dry = new Assessor(assessing.request(), (_, _) -> {}).dryRun();
    assertThat(dry).contains("WARN: input mapping not believed: auc is 0.73");
  }

  private Assessing made(Mistake mistake) throws Exception {
    Assessing assessing = Assessing.fixture(folder, "mlp-regularised");
    return switch (mistake) {
      case SCALED_TWICE -> assessing.mapping(scaling());
      case SCALER_MISSING -> assessing.model(withoutScaler());
      case COLUMNS_REVERSED -> assessing.mapping(mapping(COLUMNS.reversed()));
      case CLASSES_SWAPPED -> assessing.classes("1", "0");
    };
  }

  private static byte[] withoutScaler() {
    return Tampering.with("mlp-regularised")
        .numbers("shift", shift -> new float[shift.length])
        .numbers(
            "scale",
            scale -> {
              float[] ones = new float[scale.length];
              java.util.Arrays.fill(ones, 1);
              return ones;
            })
        .bytes();
  }

  /// What the model does inside, once more before it.
  private static String scaling() {
    Tampering model = Tampering.with("mlp-regularised");
    float[] shift = model.numbers("shift");
    float[] scale = model.numbers("scale");
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < COLUMNS.size(); i++) {
      columns.add(
          String.format(
              Locale.ROOT,
              "{column: %s, mean: %.6f, deviation: %.6f}",
              COLUMNS.get(i),
              shift[i],
              1 / scale[i]));
    }
    return mapping(columns);
  }

  private static String mapping(List<String> columns) {
    return "caisson: mapping/v1\ninputs:\n  - columns:\n"
        + String.join("", columns.stream().map("      - %s%n"::formatted).toList());
  }
}

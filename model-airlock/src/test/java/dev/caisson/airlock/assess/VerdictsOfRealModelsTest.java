package dev.caisson.airlock.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.dossier.AttackFigures;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.table.Roles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Models by scikit-learn, PyTorch, XGBoost and LightGBM, from the file to the verdict.
final class VerdictsOfRealModelsTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "forest-unrestricted, structure.leaves",
    "gradient-boosting, structure.leaves",
    "xgboost, structure.leaves",
    "xgboost-thirds, structure.leaves",
    "tree-regressor-unrestricted, structure.leaves",
    "svc-probability, structure.instances",
    "one-nearest-neighbour, structure.instances",
    "mlp-regression, attack.loss.auc"
  })
  void blocksWhatDisclosesMembers(String fixture, String check) throws Exception {
    Assessed assessed = Assessing.fixture(folder, fixture).run();
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(Assessing.checks(assessed, check)).anyMatch(c -> c.status() == Status.BLOCK);
    assertThat(assessed.model()).isEmpty();
  }

  @Test
  void anOverfittedNetworkDoesNotPass() throws Exception {
    Assessed assessed = Assessing.fixture(folder, "mlp-overfitted").run();
    assertThat(assessed.dossier().verdict()).isNotEqualTo(Verdict.SUPPORTS_RELEASE);
    Check loss = Assessing.checks(assessed, "attack.loss.auc").getFirst();
    assertThat(loss.status()).isNotEqualTo(Status.PASS);
    assertThat(loss.value()).isGreaterThan(0.64);
  }

  @Test
  void aRegularisedNetworkIsNotBlocked() throws Exception {
    Assessed assessed = Assessing.fixture(folder, "mlp-regularised").run();
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.NEEDS_A_PERSON);
    assertThat(assessed.dossier().checks())
        .filteredOn(check -> check.name().startsWith("attack.") && check.name().endsWith(".auc"))
        .allMatch(check -> check.status() != Status.BLOCK);
    assertThat(Assessing.checks(assessed, "attack.loss.auc").getFirst().status())
        .isEqualTo(Status.PASS);
  }

  /// Six rows a patient: by the patient there are 300 a side, by the row six times as many.
  @Test
  void countsPersonsWhereTheyHaveSeveralRows() throws Exception {
    Roles patients = Roles.ofLabel("label").withGroup("patient");
    Assessed assessed = Assessing.fixture(folder, "visits").roles(patients).run();
    assertThat(assessed.dossier().members()).isEqualTo(300);
    assertThat(assessed.dossier().nonMembers()).isEqualTo(300);
    AttackFigures loss = assessed.dossier().attacks().getFirst();
    assertThat(loss.members()).isEqualTo(300);
    assertThat(assessed.dossier().verdict()).isNotEqualTo(Verdict.SUPPORTS_RELEASE);
  }

  @Test
  void assessesImagesFromFolders() throws Exception {
    try (ZipInputStream zip =
        new ZipInputStream(
            new java.io.ByteArrayInputStream(Assessing.resource("cnn-digits", "images.zip")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory()) {
          Path file = folder.resolve(entry.getName());
          Files.createDirectories(file.getParent());
          Files.write(file, zip.readAllBytes());
        }
      }
    }
    Files.write(folder.resolve("members.csv"), new byte[0]);
    Assessed assessed =
        Assessing.fixture(folder, "mlp-regularised")
            .model(Assessing.resource("cnn-digits", "model.onnx"))
            .folders(folder.resolve("members"), folder.resolve("non-members"))
            .claimed("accuracy=.90")
            .run();
    assertThat(assessed.dossier().members()).isEqualTo(250);
    assertThat(assessed.dossier().attacks()).isNotEmpty();
    assertThat(Assessing.checks(assessed, "evidence.wiring"))
        .anyMatch(check -> check.status() == Status.PASS);
  }

  /// The same figures, whoever runs it again: only the low bits of the weights are drawn anew.
  @Test
  void theSameSubmissionGivesTheSameFigures() throws Exception {
    Assessing assessing = Assessing.fixture(folder, "logistic-words");
    Assessed first = assessing.run();
    Assessed second = assessing.run();
    assertThat(second.dossier().attacks().getFirst().auc())
        .isCloseTo(
            first.dossier().attacks().getFirst().auc(), org.assertj.core.data.Offset.offset(1e-3));
    assertThat(Assessing.provenance(second).seed()).isEqualTo(Assessing.provenance(first).seed());
    assertThat(Assessing.attempts(second).number()).isEqualTo(1);
  }

  @Test
  void anotherModelOnTheSameMembersIsAnotherAttempt() throws Exception {
    Assessing assessing = Assessing.fixture(folder, "xgboost");
    assessing.run();
    Assessed second = assessing.model(Assessing.resource("gradient-boosting", "model.onnx")).run();
    assertThat(Assessing.attempts(second).number()).isEqualTo(2);
    assertThat(Assessing.attempts(second).earlier()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"logistic-words", "logistic-double", "columns", "sklearn-mlp", "lightgbm"})
  void freshLowBitsMoveNoOutput(String fixture) throws Exception {
    Assessed assessed = Assessing.fixture(folder, fixture).run();
    assertThat(Assessing.checks(assessed, "weights.outputs"))
        .singleElement()
        .matches(check -> check.status() == Status.PASS, "passes");
  }

  /// A model that was assessed twice is one other model, listed once, by its last verdict.
  @Test
  void aModelThatWasAssessedTwiceIsOneAttempt() throws Exception {
    Assessing assessing = Assessing.fixture(folder, "xgboost");
    assessing.run();
    assessing.run();
    Assessed other = assessing.model(Assessing.resource("gradient-boosting", "model.onnx")).run();
    assertThat(Assessing.attempts(other).number()).isEqualTo(2);
    assertThat(Assessing.attempts(other).earlier()).hasSize(1);
  }

  @Test
  void theReleasedBytesAreTheOnesTested() throws Exception {
    Assessed assessed = Assessing.fixture(folder, "mlp-regularised").run();
    assertThat(assessed.model()).isPresent();
    assertThat(dev.caisson.trust.Digest.of(assessed.model().get()))
        .isEqualTo(assessed.dossier().candidate().model());
    assertThat(List.of(assessed.feedback())).isNotEmpty();
    assertThat(String.join(" ", assessed.feedback())).doesNotContainPattern("[0-9]\\.[0-9]");
  }
}

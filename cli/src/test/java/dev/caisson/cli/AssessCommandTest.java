package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.airlock.policy.Policy;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `caisson airlock assess`, as a person in an environment uses it: exit codes, what is told, and
/// what lies there afterwards.
final class AssessCommandTest {
  private static final Path FIXTURES =
      Path.of("../model-airlock/src/test/resources/dev/caisson/airlock/assess");
  private static final String HONEST = "logistic-words";
  private static final String LEAKING = "xgboost"; // leaves of one member

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder = Path.of("");

  @Test
  void withoutAPolicyAPersonMustDecide() throws Exception {
    assertThat(assess(HONEST)).isEqualTo(3);
    assertThat(out.toString())
        .startsWith("The evidence does not decide: it needs a person.")
        .contains("- No signed policy rules this: no policy was given", "dossier.html")
        .doesNotContain("supports");
    JsonNode dossier = dossier();
    assertThat(dossier.get("verdict").textValue()).isEqualTo("needs-a-person");
    assertThat(status(dossier, "policy.signature")).isEqualTo("warn");

    assertThat(names())
        .containsExactly(
            "dossier.html",
            "dossier.json",
            "for-the-researcher.txt",
            "model.onnx",
            "public-dossier.html",
            "public-dossier.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(results())))
        .isEqualTo("rwx------");
    assertThat(dossier.at("/candidate/model").textValue())
        .isEqualTo(Digest.ofFile(results().resolve("model.onnx")).toString());
    assertThat(folderNames()).containsExactlyInAnyOrder("assessed", ".caisson-airlock");
  }

  /// Signing lifts the doubt about the limits, and no other: nothing here trains reference models.
  @Test
  void aSignedPolicyDoesNotStandForReferenceAttacks() throws Exception {
    Path policy = policy();
    String home = folder.resolve("home").toString();
    assertThat(run("airlock", "policy", "sign", policy.toString(), "--home", home)).isZero();
    assertThat(assess(HONEST, "--policy", policy.toString(), "--home", home)).isEqualTo(3);
    JsonNode dossier = dossier();
    assertThat(status(dossier, "policy.signature")).isEqualTo("pass");
    assertThat(status(dossier, "policy.reference-attack")).isEqualTo("warn");
    assertThat(dossier.get("verdict").textValue()).isEqualTo("needs-a-person");
  }

  @Test
  void aPolicyThatNobodyOrAStrangerSignedClearsNothing() throws Exception {
    Path policy = policy();
    assertThat(assess(HONEST, "--policy", policy.toString())).isEqualTo(3);
    assertThat(status(dossier(), "policy.signature")).isEqualTo("warn");
    String stranger = folder.resolve("stranger").toString();
    assertThat(run("airlock", "policy", "sign", policy.toString(), "--home", stranger)).isZero();
    assertThat(assess(HONEST, "--policy", policy.toString(), "--out", at("second"))).isEqualTo(3);
    assertThat(out.toString()).contains("which this airlock does not trust");
  }

  @Test
  void aLeakingModelBlocksAndIsNotHandedOn() throws Exception {
    assertThat(assess(LEAKING)).isEqualTo(4);
    assertThat(out.toString())
        .startsWith("The evidence blocks release.")
        .contains("- Do not release this file.", "- structure.leaves: ");
    assertThat(names()).contains("dossier.json").doesNotContain("model.onnx");
    assertThat(Files.readString(results().resolve("for-the-researcher.txt")))
        .contains("blocks release", "structure.leaves")
        .doesNotContainPattern("[0-9]\\.[0-9]");
  }

  @Test
  void jsonIsOneLineForAProgram() throws Exception {
    assertThat(assess(LEAKING, "--json")).isEqualTo(4);
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(err.toString()).isEmpty();
    JsonNode line = new ObjectMapper().readTree(out.toString());
    assertThat(line.get("verdict").textValue()).isEqualTo("blocks");
    assertThat(line.get("why")).isNotEmpty();
    assertThat(line.get("model")).isEqualTo(dossier().at("/candidate/model"));
    assertThat(Path.of(line.get("dossier").textValue())).exists();
  }

  @Test
  void aDryRunShowsTheWayOfFiveRowsAndWritesNothing() throws Exception {
    assertThat(run(arguments(HONEST, "--dry-run", "--claimed", "auc=.99"))).isEqualTo(3);
    assertThat(out.toString())
        .containsSubsequence("As read", "mean_radius", "As the model sees it", "row 5")
        .contains("PASS: auc is 0.99", "A dry run decides nothing.");
    assertThat(folderNames()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --destination mars          | --destination must be public, named, tre or query-only
          --task poetry               | --task must be binary, multiclass, regression or survival
          --claimed auc=1e999         | --claimed: auc needs a plain decimal number
          --claimed beauty=.90        | --claimed: 'beauty' cannot be declared
          --claimed auc=7.00          | auc is 0.0 to 1.0
          --threads 0                 | --threads must be 1 to 256
          --scores scores.csv         | --scores needs --id
          --group label               | cannot also be
          """)
  void wrongUsageIsToldAndWritesNothing(String wrong, String why) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--out", at("assessed")));
    arguments.addAll(List.of(wrong.split(" ")));
    assertThat(run(arguments(HONEST, arguments.toArray(String[]::new)))).isEqualTo(2);
    assertThat(err.toString()).contains(why, "try: caisson airlock assess --help");
    assertThat(results()).doesNotExist();
  }

  @Test
  void theHomeDoesNotLieInTheResults() {
    assertThat(assess(HONEST, "--home", at("assessed/home"))).isEqualTo(2);
    assertThat(err.toString()).contains("--home cannot lie in --out");
    assertThat(results()).doesNotExist();
  }

  @Test
  void theLabelIsNeeded() {
    Path files = FIXTURES.resolve(HONEST);
    int code =
        run(
            "airlock",
            "assess",
            "--model",
            files.resolve("model.onnx").toString(),
            "--members",
            files.resolve("members.csv").toString(),
            "--non-members",
            files.resolve("non-members.csv").toString(),
            "--out",
            at("assessed"));
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("--label is needed: the column that is predicted");
  }

  @Test
  void neverOverwritesAndFollowsNoLink() throws Exception {
    Files.createDirectory(results());
    Path kept = Files.writeString(results().resolve("dossier.json"), "an earlier one");
    assertThat(assess(HONEST)).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "assessed is there already; name a new folder, so that no dossier is overwritten");
    assertThat(kept).hasContent("an earlier one");
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertThat(assess(HONEST, "--out", at("link"))).isEqualTo(1);
    assertThat(folder.resolve("nowhere")).doesNotExist();
    assertThat(assess(HONEST, "--out", at("no/such"))).isEqualTo(1);
    assertThat(err.toString()).contains("its folder does not exist");
  }

  @Test
  void aFailureLeavesNothingBehind() throws Exception {
    String table = Files.readString(FIXTURES.resolve(HONEST).resolve("members.csv"));
    Path broken = Files.writeString(folder.resolve("broken.csv"), table + "1,\"2\n");
    assertThat(assess(HONEST, "--members", broken.toString())).isEqualTo(1);
    assertThat(err.toString().lines().filter(line -> line.startsWith("caisson: ")))
        .singleElement()
        .asString()
        .contains("broken.csv", "quote");
    assertThat(err.toString()).doesNotContain("Exception", "\tat ");
    assertThat(folderNames()).doesNotContain("assessed").noneMatch(name -> name.endsWith(".part"));
  }

  private int assess(String fixture, String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    if (!arguments.contains("--out")) {
      arguments.addAll(List.of("--out", at("assessed")));
    }
    return run(arguments(fixture, arguments.toArray(String[]::new)));
  }

  /// The fixture's files, but for those that are given.
  private static String[] arguments(String fixture, String... more) {
    Path files = FIXTURES.resolve(fixture);
    List<String> arguments = new ArrayList<>(List.of("airlock", "assess"));
    List<String> given = List.of(more);
    for (String file : List.of("model.onnx", "members.csv", "non-members.csv")) {
      String option = "--" + file.substring(0, file.indexOf('.'));
      if (!given.contains(option)) {
        arguments.addAll(List.of(option, files.resolve(file).toString()));
      }
    }
    arguments.addAll(List.of("--label", "label"));
    arguments.addAll(given);
    return arguments.toArray(String[]::new);
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private Path results() {
    return folder.resolve("assessed");
  }

  private Path policy() throws IOException {
    return Files.write(folder.resolve("policy.yaml"), Policy.standardText());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(results())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> folderNames() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private JsonNode dossier() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(results().resolve("dossier.json")));
  }

  private static String status(JsonNode dossier, String check) {
    for (JsonNode one : dossier.get("checks")) {
      if (one.get("name").textValue().equals(check)) {
        return one.get("status").textValue();
      }
    }
    throw new AssertionError("no check " + check);
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}

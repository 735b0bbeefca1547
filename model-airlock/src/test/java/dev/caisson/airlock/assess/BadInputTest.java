package dev.caisson.airlock.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.mapping.BadMappingException;
import dev.caisson.airlock.table.Roles;
import dev.caisson.runtime.onnx.InvalidModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What cannot be assessed as it is: an error that says so, or a verdict that is never clean and
/// names the reason.
final class BadInputTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void refusesAModelThatTheRuntimeRejects() throws Exception {
    Assessing assessing =
        network(
            Tampering.with("mlp-overfitted")
                .outputMovedTo("inner")
                .initializer("odd", new float[3], 3)
                .node("Add", "y", "inner", "odd")); // [rows, 2] + [3]
    assertThatExceptionOfType(InvalidModelException.class)
        .isThrownBy(assessing::run)
        .withMessageContaining("ONNX Runtime refuses this model: Node (n7) Op (Add)")
        .withMessageContaining("Incompatible dimensions");
  }

  @Test
  void refusesAnInputOfAnotherWidth() throws Exception {
    Assessing assessing = network(Tampering.with("mlp-overfitted"));
    assessing.members(withoutColumn(assessing.membersText(), 3));
    assessing.nonMembers(withoutColumn(assessing.nonMembersText(), 3));
    assertThatExceptionOfType(BadMappingException.class)
        .isThrownBy(assessing::run)
        .withMessageContaining("The model wants 'x': [8] numbers. The table has 7 columns");
  }

  @Test
  void refusesLabelsThatAreNoClass() throws Exception {
    Assessing assessing = network(Tampering.with("mlp-overfitted"));
    assessing.nonMembers(assessing.nonMembersText() + "49,0,1,3,6,3,6,0,9\n");
    assertThatExceptionOfType(BadMappingException.class)
        .isThrownBy(assessing::run)
        .withMessageContaining("among the non-members, 'label' has labels that are no class")
        .withMessageContaining(": 9.");
  }

  @Test
  void membersAmongTheNonMembersAreTold() throws Exception {
    Assessing assessing = network(Tampering.with("mlp-overfitted"));
    List<String> members = assessing.membersText().lines().toList();
    List<String> others = assessing.nonMembersText().lines().toList();
    List<String> mixed = new ArrayList<>(others.subList(0, 301));
    mixed.addAll(members.subList(1, 101));
    assessing.nonMembers(text(mixed));
    Assessed assessed = assessing.run();
    assertNotClean(assessed, "evidence.duplicates", "not by chance: members are among the non-");
  }

  @Test
  void aPersonOnBothSidesIsLeftOutAndTold() throws Exception {
    Assessing assessing = network(Tampering.with("mlp-overfitted"));
    assessing.members(numbered(assessing.membersText(), 0));
    assessing.nonMembers(numbered(assessing.nonMembersText(), 390)); // p390 to p399 are members
    Assessed assessed = assessing.roles(Roles.ofLabel("label").withId("id")).run();
    assertNotClean(assessed, "evidence.shared-persons", "10 persons are on both sides");
    assertThat(assessed.dossier().members()).isEqualTo(390);
    assertThat(assessed.dossier().nonMembers()).isEqualTo(390);
  }

  @Test
  void tenRowsDecideNothing() throws Exception {
    Assessing assessing = network(Tampering.with("mlp-overfitted"));
    assessing.members(text(assessing.membersText().lines().limit(11).toList()));
    assessing.nonMembers(text(assessing.nonMembersText().lines().limit(11).toList()));
    Assessed assessed = assessing.claimed("auc=.67").run();
    assertNotClean(assessed, "policy.persons", "10 members and 10 non-members: the policy asks");
    assertThat(Assessing.checks(assessed, "policy.required-attacks"))
        .allMatch(check -> check.status() == Status.WARN && check.why().contains("needs 40 perso"));
  }

  @Test
  void onePersonOnASideIsNoSide() throws Exception {
    Assessing assessing = network(Tampering.with("mlp-overfitted"));
    assessing.nonMembers(text(assessing.nonMembersText().lines().limit(2).toList()));
    assertThatExceptionOfType(CannotAssessException.class)
        .isThrownBy(assessing::run)
        .withMessageStartingWith("400 members and 1 non-members: one person on a side");
  }

  /// Published as the reason why attacks did not run, so it names no row and no output.
  @Test
  void theReasonForNoAttackNamesNoRow() throws Exception {
    Assessed assessed =
        network(Tampering.with("mlp-overfitted").outputMovedTo("inner").node("Log", "y", "inner"))
            .run();
    assertThat(assessed.dossier().forPublic().notRun())
        .filteredOn(entry -> entry.what().startsWith("Attack "))
        .hasSize(5)
        .allMatch(entry -> !entry.why().matches(".*row [0-9].*"));
  }

  @Test
  void refusesLinksAndEmptyAndMissingFilesByName() throws Exception {
    Assessing assessing = network(Tampering.with("mlp-overfitted"));
    Path model = folder.resolve("model.onnx");
    Files.move(model, folder.resolve("other.onnx"));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(assessing::run)
        .withMessageContaining("model.onnx");
    Files.createSymbolicLink(model, folder.resolve("other.onnx"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(assessing::run)
        .withMessageEndingWith("model.onnx is a link: name the model's file itself");
    Files.delete(model);
    Files.createFile(model);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(assessing::run)
        .withMessageEndingWith("model.onnx is empty");
  }

  @Test
  void constantOutputsAreNotCalm() throws Exception {
    Assessed assessed =
        network(
                Tampering.with("mlp-overfitted")
                    .numbers("body.4.weight", weights -> new float[weights.length]))
            .run();
    assertNotClean(assessed, "evidence.wiring", "the model does not beat guessing");
  }

  @Test
  void outputsThatAreNoNumbersStopEveryAttack() throws Exception {
    Assessed assessed =
        network(Tampering.with("mlp-overfitted").outputMovedTo("inner").node("Log", "y", "inner"))
            .run();
    assertNotClean(
        assessed, "evidence.outputs", "the model's output 0 is not a finite number for some rows");
    assertNotClean(assessed, "weights.outputs", "some outputs are not finite");
    assertThat(assessed.dossier().attacks()).isEmpty();
    assertThat(Assessing.checks(assessed, "policy.required-attacks"))
        .allMatch(check -> check.status() == Status.WARN);
  }

  @Test
  void weightsThatAreNoNumbersAreBlocked() throws Exception {
    Assessed assessed =
        network(
                Tampering.with("mlp-overfitted")
                    .numbers("body.4.bias", bias -> new float[] {Float.NaN, 0}))
            .run();
    assertBlocked(assessed, "tensors.finite", "1 numbers are NaN");
  }

  @Test
  void aZipBombIsBlockedAndNeverOpened() throws Exception {
    Assessed assessed = network(Tampering.with("mlp-overfitted")).model(zipBomb()).run();
    assertBlocked(assessed, "archive.sizes", "unpacks to more than 100 times its size");
  }

  @Test
  void aTensorThatDeclaresFiveGigabytesIsBlocked() throws Exception {
    OnnxMl.TensorProto huge =
        OnnxMl.TensorProto.newBuilder()
            .setName("huge")
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .addDims(1_342_177_280) // times 4 bytes
            .setRawData(ByteString.copyFrom(new byte[16]))
            .build();
    Assessed assessed =
        network(
                Tampering.with("mlp-overfitted")
                    .change(model -> model.getGraphBuilder().addInitializer(huge)))
            .run();
    assertBlocked(assessed, "tensors.sizes", "is 5368709120 bytes, and has 16 (tensor huge)");
  }

  @Test
  void dataOutsideTheFileIsBlockedWhereverItLies() throws Exception {
    OnnxMl.TensorProto outside =
        OnnxMl.TensorProto.newBuilder()
            .setName("outside")
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .addDims(1)
            .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                OnnxMl.StringStringEntryProto.newBuilder()
                    .setKey("location")
                    .setValue("../../../../etc/passwd"))
            .build();
    Assessed assessed =
        network(
                Tampering.with("mlp-overfitted")
                    .change(model -> model.getGraphBuilder().addInitializer(outside)))
            .run();
    assertBlocked(assessed, "tensors.external", "wants ../../../../etc/passwd read");
  }

  private Assessing network(Tampering model) throws IOException {
    return Assessing.fixture(folder, "mlp-overfitted").model(model.bytes());
  }

  private static void assertNotClean(Assessed assessed, String check, String why) {
    assertThat(assessed.dossier().verdict()).isNotEqualTo(Verdict.SUPPORTS_RELEASE);
    assertThat(Assessing.checks(assessed, check))
        .anyMatch(found -> found.status() != Status.PASS && found.why().contains(why));
  }

  private static void assertBlocked(Assessed assessed, String check, String why) {
    assertThat(assessed.dossier().verdict()).isEqualTo(Verdict.BLOCKS);
    assertThat(assessed.dossier().checks())
        .anyMatch(
            found ->
                found.name().equals(check)
                    && found.status() == Status.BLOCK
                    && found.why().contains(why));
    assertThat(Assessing.checks(assessed, "policy.persons"))
        .allMatch(found -> found.why().startsWith("nobody's rows were read"));
    assertThat(assessed.dossier().attacks()).isEmpty();
    assertThat(assessed.model()).isEmpty();
    assertThat(assessed.dossier().why().getFirst()).startsWith("Do not release this file.");
  }

  /// A model's zip whose coefficients are 200 MB of nothing, packed into 200 kB.
  private static byte[] zipBomb() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("configuration.json"));
      zip.write("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("coefficients.bin"));
      byte[] nothing = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        zip.write(nothing);
      }
    }
    return bytes.toByteArray();
  }

  private static String withoutColumn(String csv, int column) {
    return csv.lines()
        .map(
            line -> {
              List<String> cells = new ArrayList<>(Arrays.asList(line.split(",", -1)));
              cells.remove(column);
              return String.join(",", cells);
            })
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String numbered(String csv, int from) {
    List<String> lines = csv.lines().toList();
    return IntStream.range(0, lines.size())
        .mapToObj(i -> (i == 0 ? "id" : "p" + (from + i - 1)) + "," + lines.get(i))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}

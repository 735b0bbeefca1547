package dev.caisson.airlock.assess;

import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Assessment;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.policy.Destination;
import dev.caisson.airlock.policy.PolicyFile;
import dev.caisson.airlock.table.Roles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One assessment of a fixture or of files that a test wrote, changed step by step.
final class Assessing {
  private final Path folder;
  private Optional<Path> model = Optional.empty();
  private Optional<Path> scores = Optional.empty();
  private Path members;
  private Path others;
  private Roles roles = Roles.ofLabel("label");
  private Optional<Task> task = Optional.empty();
  private Optional<Path> mapping = Optional.empty();
  private List<String> classes = List.of();
  private Optional<String> claimed = Optional.empty();

  private Assessing(Path folder) {
    this.folder = folder;
    this.members = folder.resolve("members.csv");
    this.others = folder.resolve("non-members.csv");
  }

  /// In this folder, with the files of a fixture.
  static Assessing fixture(Path folder, String name) throws IOException {
    Assessing assessing = new Assessing(folder);
    for (String file : List.of("model.onnx", "members.csv", "non-members.csv")) {
      Files.write(folder.resolve(file), resource(name, file));
    }
    assessing.model = Optional.of(folder.resolve("model.onnx"));
    return assessing;
  }

  static byte[] resource(String fixture, String file) {
    String path = "/dev/caisson/airlock/assess/%s/%s".formatted(fixture, file);
    try (InputStream in = Assessing.class.getResourceAsStream(path)) {
      return Objects.requireNonNull(in, path).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of our own can be read", e);
    }
  }

  Path folder() {
    return folder;
  }

  Assessing model(byte[] bytes) throws IOException {
    model = Optional.of(Files.write(folder.resolve("model.onnx"), bytes));
    return this;
  }

  Assessing withoutModel() {
    model = Optional.empty();
    return this;
  }

  Assessing scores(String csv) throws IOException {
    scores = Optional.of(Files.writeString(folder.resolve("scores.csv"), csv));
    return this;
  }

  Assessing members(String csv) throws IOException {
    Files.writeString(members, csv);
    return this;
  }

  Assessing nonMembers(String csv) throws IOException {
    Files.writeString(others, csv);
    return this;
  }

  Assessing folders(Path memberFolder, Path otherFolder) {
    members = memberFolder;
    others = otherFolder;
    return this;
  }

  String membersText() throws IOException {
    return Files.readString(members);
  }

  String nonMembersText() throws IOException {
    return Files.readString(others);
  }

  Assessing roles(Roles given) {
    roles = given;
    return this;
  }

  Assessing task(Task given) {
    task = Optional.of(given);
    return this;
  }

  Assessing mapping(String yaml) throws IOException {
    mapping = Optional.of(Files.writeString(folder.resolve("mapping.yaml"), yaml));
    return this;
  }

  Assessing classes(String... given) {
    classes = List.of(given);
    return this;
  }

  Assessing claimed(String given) {
    claimed = Optional.of(given);
    return this;
  }

  Request request() {
    return new Request(
        model,
        scores,
        members,
        others,
        roles,
        task,
        mapping,
        classes,
        List.of(),
        claimed,
        PolicyFile.standard(),
        false,
        Destination.NAMED,
        1,
        folder.resolve("home"),
        "test");
  }

  Assessed run() throws Exception {
    return new Assessor(request(), (number, what) -> {}).assess();
  }

  /// How it was assessed, which a local dossier always says.
  static Assessment provenance(Assessed assessed) {
    return Objects.requireNonNull(assessed.dossier().provenance().assessment());
  }

  /// Which attempt it was, and those before.
  static Assessment.Attempts attempts(Assessed assessed) {
    return Objects.requireNonNull(provenance(assessed).attempts());
  }

  static List<Check> checks(Assessed assessed, String name) {
    return checks(assessed.dossier(), name);
  }

  static List<Check> checks(Dossier dossier, String name) {
    return dossier.checks().stream().filter(check -> check.name().equals(name)).toList();
  }
}

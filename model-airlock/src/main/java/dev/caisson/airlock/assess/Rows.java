package dev.caisson.airlock.assess;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.mapping.BadMappingException;
import dev.caisson.airlock.mapping.Mapping;
import dev.caisson.airlock.mapping.ModelShape;
import dev.caisson.airlock.mapping.Prepared;
import dev.caisson.airlock.mapping.Wanted;
import dev.caisson.airlock.table.DescribedCells;
import dev.caisson.airlock.table.ImageFolders;
import dev.caisson.airlock.table.ImageSize;
import dev.caisson.airlock.table.NobodyLeftException;
import dev.caisson.airlock.table.PixelScale;
import dev.caisson.airlock.table.Records;
import dev.caisson.airlock.table.RecordsReader;
import dev.caisson.airlock.table.Roles;
import dev.caisson.airlock.table.ScoreReader;
import dev.caisson.airlock.table.Scores;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Meaning;
import dev.caisson.runtime.score.Head;
import dev.caisson.runtime.score.ModelSession;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows of both sides beside the opened model: read, encoded, and answered where the model or a
/// table of its scores can be asked. Close it, for the model's memory is native.
final class Rows implements AutoCloseable {
  private final Mapping mapping;
  private final Prepared prepared;
  private final Optional<ModelSession> session;
  private final Optional<Answers> answers;
  private final List<Check> checks;

  private Rows(
      Mapping mapping,
      Prepared prepared,
      Optional<ModelSession> session,
      Optional<Answers> answers,
      List<Check> checks) {
    this.mapping = mapping;
    this.prepared = prepared;
    this.session = session;
    this.answers = answers;
    this.checks = checks;
  }

  /// Opens the model's assessed bytes, reads the tables and asks.
  static Rows open(Request request, Submission submission, Phases phases)
      throws IOException,
          BadTableException,
          BadMappingException,
          BadYamlException,
          CannotAssessException,
          InvalidModelException {
    Mapping mapping =
        request.mapping().isPresent() ? Mapping.read(request.mapping().get()) : Mapping.NONE;
    boolean scored = request.scores().isPresent();
    if (submission.onnx().isEmpty() || scored) {
      return unopened(request, mapping, phases);
    }
    phases.begin("opening of the model");
    ModelSession session =
        ModelSession.open(submission.onnx().get().bytes(), mapping.output(), request.threads());
    try {
      return opened(request, submission.onnx().get(), mapping, session, phases);
    } catch (IOException
        | BadTableException
        | BadMappingException
        | BadYamlException
        | CannotAssessException
        | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Rows opened(
      Request request, Submission.Onnx onnx, Mapping mapping, ModelSession session, Phases phases)
      throws IOException,
          BadTableException,
          BadMappingException,
          BadYamlException,
          CannotAssessException,
          InvalidModelException {
    ModelShape shape = shape(session, mapping);
    phases.begin("reading of the rows");
    List<Check> checks = new ArrayList<>();
    Prepared prepared = read(request, mapping, shape, checks);
    phases.begin("scoring of the rows");
    Answers answers = Answers.of(prepared, session, shape.gives());
    checks.add(Drift.check(onnx.before(), prepared, answers, mapping.output()));
    return new Rows(mapping, prepared, Optional.of(session), Optional.of(answers), checks);
  }

  private static Prepared read(
      Request request, Mapping mapping, ModelShape shape, List<Check> checks)
      throws IOException,
          BadTableException,
          BadMappingException,
          BadYamlException,
          CannotAssessException {
    Wanted wanted = new Wanted(request.task(), request.classes(), request.features());
    if (Files.isDirectory(request.members())) {
      return Prepared.of(images(request, mapping, shape, checks), shape, mapping, wanted);
    }
    Records records = records(request, mapping.complete(request.roles(), shape), checks);
    if (mapping.dataset().isEmpty()) {
      return Prepared.of(records, shape, mapping, wanted);
    }
    DatasetDescription description = DatasetDescription.read(mapping.dataset().get());
    float[] cells =
        DescribedCells.read(request.members(), request.nonMembers(), description, records);
    return Prepared.described(records, description, cells, shape, mapping, wanted);
  }

  private static Records images(
      Request request, Mapping mapping, ModelShape shape, List<Check> checks)
      throws IOException, BadTableException, CannotAssessException {
    if (shape.inputs().size() != 1) {
      throw new CannotAssessException(
          "%s is a folder of images, and the model has %d inputs; give tables, or a model that takes one image a row"
              .formatted(request.members(), shape.inputs().size()));
    }
    ImageSize size;
    try {
      size = ImageSize.of(shape.inputs().getFirst().shape());
    } catch (IllegalArgumentException e) {
      throw new CannotAssessException(
          "%s is a folder of images: %s".formatted(request.members(), e.getMessage()), e);
    }
    PixelScale scale = mapping.images().orElse(PixelScale.DEFAULT);
    return apart(ImageFolders.read(request.members(), request.nonMembers(), size, scale), checks);
  }

  /// A model that is not opened: its scores are read, or nothing answers.
  private static Rows unopened(Request request, Mapping mapping, Phases phases)
      throws IOException, BadTableException, BadMappingException, CannotAssessException {
    phases.begin("reading of the rows");
    List<Check> checks = new ArrayList<>();
    Roles roles =
        mapping.complete(request.roles(), new ModelShape(List.of(), 1, Meaning.UNKNOWN, List.of()));
    Records records = records(request, roles, checks);
    Wanted wanted = new Wanted(request.task(), request.classes(), request.features());
    if (request.scores().isEmpty()) {
      Prepared prepared = Prepared.unasked(records);
      return new Rows(mapping, prepared, Optional.empty(), Optional.empty(), checks);
    }
    Path file = request.scores().get();
    Scores scores =
        ScoreReader.read(
            file,
            roles
                .id()
                .orElseThrow(
                    () -> new CannotAssessException("scores are joined to rows by an id: name it")),
            records,
            mapping.gives().map(gives -> gives == Meaning.PROBABILITIES));
    Prepared prepared = Prepared.scored(records, scores, mapping, wanted);
    return new Rows(
        mapping,
        prepared,
        Optional.empty(),
        Optional.of(Answers.read(prepared, scores.outputs(), scores.probabilities())),
        checks);
  }

  private static Records records(Request request, Roles roles, List<Check> checks)
      throws IOException, BadTableException, CannotAssessException {
    return apart(RecordsReader.read(request.members(), request.nonMembers(), roles), checks);
  }

  /// Without the persons of both sides, who would blur every figure; a check says how many.
  private static Records apart(Records records, List<Check> checks) throws CannotAssessException {
    int shared = records.sharedPersons();
    checks.add(
        Check.measured(
            "evidence.shared-persons",
            shared > 0 ? Finding.Status.WARN : Finding.Status.PASS,
            shared,
            null,
            0.0,
            shared > 0
                ? "%d persons are on both sides; their rows were left out of everything below: who split these tables, and was the model trained on the others?"
                    .formatted(shared)
                : "nobody is on both sides, as far as ids or groups tell"));
    try {
      return records.withoutSharedPersons();
    } catch (NobodyLeftException e) {
      throw new CannotAssessException(
          "every person of one side is also on the other: give tables of different people", e);
    }
  }

  private static ModelShape shape(ModelSession session, Mapping mapping) {
    Head head = session.head();
    return new ModelShape(
        session.inputs(), session.outputs(), mapping.gives().orElse(head.gives()), head.classes());
  }

  Mapping mapping() {
    return mapping;
  }

  Prepared prepared() {
    return prepared;
  }

  Optional<ModelSession> session() {
    return session;
  }

  /// Empty where nobody can be asked.
  Optional<Answers> answers() {
    return answers;
  }

  List<Check> checks() {
    return checks;
  }

  @Override
  public void close() {
    session.ifPresent(ModelSession::close);
  }
}

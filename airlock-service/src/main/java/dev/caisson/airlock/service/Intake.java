package dev.caisson.airlock.service;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.dossier.FederatedDossier;
import dev.caisson.airlock.dossier.NotRun;
import dev.caisson.airlock.dossier.Training;
import dev.caisson.airlock.federated.FederatedAuditPlan;
import dev.caisson.airlock.federated.FederatedEvidence;
import dev.caisson.airlock.federated.InconsistentSumsException;
import dev.caisson.airlock.review.Party;
import dev.caisson.airlock.review.Review;
import dev.caisson.airlock.review.Step;
import dev.caisson.airlock.review.Submission;
import dev.caisson.airlock.scan.FileScan;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import dev.caisson.protocol.strategy.Strategies;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.study.TrainingPlan;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Takes a candidate in: weights back into the file they came from, the file scanned before
/// anything loads it, attacked at its sites, and a dossier written. The bytes scanned, attacked and
/// put before reviewers are the same, by digest.
final class Intake {
  private static final long MAX_MODEL = 256L << 20;

  private final CandidateSource source;
  private final Rosters rosters;
  private final IdentityKey airlock;
  private final Path home;
  private final Clock clock;

  /// Who is known to the airlock, each roster kept by its own people.
  record Rosters(Roster sites, Roster researchers, Roster reviewers) {}

  /// Why a candidate cannot be taken in; nothing of it is put before reviewers.
  static final class RefusedException extends Exception {
    RefusedException(String message) {
      super(message);
    }
  }

  Intake(CandidateSource source, Rosters rosters, IdentityKey airlock, Path home, Clock clock) {
    this.source = source;
    this.rosters = rosters;
    this.airlock = airlock;
    this.home = home;
    this.clock = clock;
  }

  CaseFile take(Candidate candidate) throws IOException, RefusedException {
    if (!candidate.study().matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new RefusedException("its name cannot be a folder's");
    }
    Identity submitter =
        rosters
            .researchers()
            .find(candidate.submitter())
            .orElseThrow(
                () ->
                    new RefusedException(
                        "its submitter '%s' is not known to the airlock"
                            .formatted(candidate.submitter())));
    byte[] submitted = source.fetch(candidate.study(), candidate.model(), MAX_MODEL);
    FileScan first = new OnnxFileScan(ScanLimits.usual()).scan(submitted);
    byte[] model = first.blocks() ? submitted : trained(candidate, submitted);
    FileScan scan = new OnnxFileScan(ScanLimits.usual()).scan(model);
    if (scan.blocks()) {
      throw new RefusedException(
          "its file is not safe to load, so its sites were not asked to: "
              + scan.findings().stream()
                  .filter(f -> f.status() == Finding.Status.BLOCK)
                  .map(Object::toString)
                  .toList());
    }
    Dossier dossier = assess(candidate, model, scan);
    Path folder = Files.createDirectories(home.resolve("candidates").resolve(candidate.study()));
    Files.write(folder.resolve("model.onnx"), model);
    Files.write(folder.resolve("dossier.json"), dossier.json());
    Files.write(folder.resolve("dossier.html"), dossier.html());
    return new CaseFile(
        dossier,
        model,
        candidate.submitter(),
        submitted(dossier, candidate, submitter),
        home.resolve("releases"),
        airlock,
        clock);
  }

  private byte[] trained(Candidate candidate, byte[] submitted)
      throws IOException, RefusedException {
    try {
      OnnxModel model = OnnxModel.parse(submitted);
      List<Parameter> shared =
          model.layout().parameters().stream()
              .filter(p -> !candidate.plan().personal().holds(p.name()))
              .toList();
      if (Packing.length(shared) != candidate.parameters()) {
        throw new RefusedException(
            "its file has %d trainable numbers, its study trained %d"
                .formatted(Packing.length(shared), candidate.parameters()));
      }
      byte[] vector =
          source.fetch(
              candidate.study(),
              candidate.finalVector(),
              (long) candidate.parameters() * Float.BYTES);
      float[] whole = model.initialVector(); // personal parameters stay as they were submitted
      float[] trained = ParameterManifest.vector(vector);
      if (trained.length != Packing.length(shared)) {
        throw new IllegalArgumentException(
            "%d weights for %d numbers".formatted(trained.length, Packing.length(shared)));
      }
      Packing.put(shared, trained, whole);
      return model.withVector(whole).bytes();
    } catch (InvalidModelException | IllegalArgumentException e) {
      throw new RefusedException("its file or weights are not sound: " + e.getMessage());
    }
  }

  private Dossier assess(Candidate candidate, byte[] model, FileScan scan)
      throws IOException, RefusedException {
    FederatedAuditPlan plan =
        FederatedAuditPlan.forBinaryClassifier(
            candidate.plan().audit().smallestCell(), candidate.plan().audit().maxPersons());
    Instant started = clock.instant();
    CandidateSource.Audit audit = source.audit(candidate.study(), plan.segments());
    double seconds = (clock.millis() - started.toEpochMilli()) / 1000.0;
    FederatedEvidence evidence;
    try {
      evidence = FederatedEvidence.from(plan, audit.sums(), audit.sites().size());
    } catch (InconsistentSumsException e) {
      throw new RefusedException("the sites' sums contradict each other: " + e.getMessage());
    }
    List<Digest> transcripts = new ArrayList<>(candidate.transcripts());
    transcripts.add(audit.transcript());
    Training training =
        new Training(
            candidate.study(),
            candidate.plan().digest(),
            candidate.model(),
            Digest.of(model),
            candidate.survivors(),
            candidate.rounds(),
            transcripts,
            recipe(candidate.plan()),
            candidate.holdOutCommitments(),
            candidate.software(),
            clock.instant());
    return new FederatedDossier(scan, evidence, seconds)
        .write(candidate.study(), training, NotRun.ofFederatedAudit(), clock.instant());
  }

  private Review submitted(Dossier dossier, Candidate candidate, Identity submitter) {
    List<Party> trainers = new ArrayList<>();
    for (String site : candidate.plan().sites()) {
      rosters
          .sites()
          .find(site)
          .ifPresent(identity -> trainers.add(new Party(site, identity.fingerprint())));
    }
    Submission submission =
        Submission.of(dossier, new Party(candidate.submitter(), submitter.fingerprint()), trainers);
    return switch (Review.draft(rosters.reviewers()).submit(submission)) {
      case Step.Moved(Review review) -> review;
      case Step.Refused refused ->
          throw new IllegalStateException("a draft can always be submitted: " + refused);
    };
  }

  private static String apart(StudyPlan plan) {
    String personal =
        plan.personal().patterns().isEmpty()
            ? ""
            : " of all but " + String.join(", ", plan.personal().patterns());
    return personal
        + plan.method()
            .warmStart()
            .map(start -> ", from the released model " + start.model())
            .orElse("");
  }

  private static String recipe(StudyPlan plan) {
    TrainingPlan training = plan.training();
    return "%s%s, %d rounds of %d epochs, batch %d, %s, learning rate %s, momentum %s, weight decay %s, clip norm %s, seed %d"
        .formatted(
            Strategies.inWords(plan.strategy()),
            apart(plan),
            plan.rounds(),
            training.epochs(),
            training.batch(),
            training.optimiser(),
            training.learningRate(),
            training.momentum(),
            training.weightDecay(),
            plan.aggregation().clipNorm(),
            plan.seed());
  }
}

package dev.caisson.airlock.assess;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.Exhibit;
import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.attack.UnusableOutputException;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.evidence.Attempts;
import dev.caisson.airlock.evidence.Claim;
import dev.caisson.airlock.evidence.Duplicates;
import dev.caisson.airlock.evidence.Shift;
import dev.caisson.airlock.evidence.Wiring;
import dev.caisson.airlock.mapping.BadMappingException;
import dev.caisson.airlock.mapping.DryRun;
import dev.caisson.airlock.mapping.Mapping;
import dev.caisson.airlock.mapping.Prepared;
import dev.caisson.airlock.policy.Limit;
import dev.caisson.dataset.BadTableException;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.score.ModelSession;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Assesses one model with its rows at hand, in this order: scan the file; canonicalise and
/// sanitise it; open those bytes; read and encode the rows; score them; doubt the evidence; look
/// for rows in the file; attack; rule. So the bytes that were tested are the bytes that may be
/// released.
///
/// Guaranteed: a file whose scan blocks is never opened; what cannot be done is named in the
/// dossier and keeps the verdict from supporting a release; the same submission, rows and home give
/// the same figures, but for the fresh low bits of the weights. Not guaranteed: see the dossier's
/// own page of what cannot be seen.
public final class Assessor {
  private final Request request;
  private final Phases phases;

  public Assessor(Request request, Phases.Listener listener) {
    this.request = request;
    this.phases = new Phases(listener);
  }

  /// The whole assessment; the attempt is noted in the home before this returns.
  public Assessed assess()
      throws IOException,
          BadTableException,
          BadMappingException,
          BadYamlException,
          CannotAssessException,
          InvalidModelException {
    phases.begin("scan of the file");
    Submission submission = submission();
    try (Attempts attempts = Attempts.at(request.home())) {
      Evidence evidence = new Evidence(attempts.auditSeed(submission.identity()));
      evidence.checks.addAll(submission.checks());
      if (submission.assessed().blocks()) {
        evidence.stop("the file's scan blocks, so it was not opened");
      } else {
        examine(submission, evidence);
      }
      return new Verdicts(request, phases).rule(submission, evidence, attempts);
    }
  }

  /// The first rows from raw cells to outputs, and whether the wiring is believed: text for the
  /// terminal of whoever holds the rows. No attack, no attempt.
  public String dryRun()
      throws IOException,
          BadTableException,
          BadMappingException,
          BadYamlException,
          CannotAssessException,
          InvalidModelException {
    phases.begin("scan of the file");
    Submission submission = submission();
    if (submission.assessed().blocks()) {
      return "The file's scan blocks, so it was not opened:\n"
          + submission.assessed().findings().stream()
              .filter(Finding::blocks)
              .map(finding -> "  %s: %s".formatted(finding.check(), finding.what()))
              .reduce("", (all, line) -> all + line + "\n");
    }
    try (Rows rows = Rows.open(request, submission, phases)) {
      Optional<Answers> answers = rows.answers();
      if (answers.isEmpty()) {
        return "This file is scanned and never opened; give its outputs with --scores.";
      }
      Prepared prepared = answers.get().rows();
      int shown = DryRun.rows(prepared) * answers.get().width();
      StringBuilder text =
          new StringBuilder(
              DryRun.text(
                  prepared, Arrays.copyOf(answers.get().outputs(), shown), answers.get().unit()));
      text.append('\n');
      for (Check check : wiring(answers.get().predictions(), prepared)) {
        text.append("%s: %s%n".formatted(check.status(), check.why()));
      }
      return text.toString();
    } finally {
      phases.end();
    }
  }

  private Submission submission() throws IOException {
    int bits = request.policy().policy().count(Limit.SANITISED_LOW_BITS, request.destination());
    return request.model().isPresent()
        ? Submission.of(request.model().get(), bits)
        : Submission.ofScores(request.scores().orElseThrow());
  }

  private void examine(Submission submission, Evidence evidence)
      throws IOException,
          BadTableException,
          BadMappingException,
          BadYamlException,
          CannotAssessException,
          InvalidModelException {
    try (Rows rows = Rows.open(request, submission, phases)) {
      evidence.checks.addAll(rows.checks());
      Prepared prepared = rows.prepared();
      evidence.rows(prepared);
      if (Math.min(evidence.members(), evidence.nonMembers()) < 2) {
        throw new CannotAssessException(
            "%d members and %d non-members: one person on a side compares with nobody; give more rows"
                .formatted(evidence.members(), evidence.nonMembers()));
      }
      stored(submission, prepared, rows.mapping(), evidence);
      if (rows.answers().isEmpty()) {
        evidence.stop("this kind of file is scanned and never opened, and no --scores were given");
        return;
      }
      Answers answers = rows.answers().get();
      evidence.words.add(answers.words());
      try {
        Predictions predictions = answers.predictions();
        evidence.answered(prepared, predictions);
        doubt(predictions, prepared, evidence);
        Exhibit exhibit =
            Exhibit.ofPersons(predictions, prepared.memberRows(), prepared.personOf())
                .withInputs(prepared.encoded());
        Optional<ModelSession> session = rows.session();
        if (session.isPresent() && prepared.task() != Task.SURVIVAL) {
          exhibit = exhibit.withOracle(new Asking(session.get(), prepared));
        }
        evidence.attacked(Panel.run(exhibit, prepared.attributes(), evidence.seed, phases));
      } catch (UnusableOutputException e) {
        String why = String.valueOf(e.getMessage());
        evidence.checks.add(Check.of(Finding.warn("evidence.outputs", why, "")));
        evidence.stop(why);
      }
    }
  }

  private void stored(
      Submission submission, Prepared prepared, Mapping mapping, Evidence evidence) {
    if (request.model().isEmpty()) {
      return;
    }
    phases.begin("search for members' rows in the file");
    Stored stored = new Stored(prepared, request.policy().policy(), request.destination());
    evidence.checks.addAll(stored.numbers(submission.tensors()));
    submission
        .onnx()
        .ifPresent(
            onnx ->
                evidence.checks.addAll(
                    stored.structure(onnx.graph(), mapping.penalised().orElse(false))));
  }

  private List<Check> wiring(Predictions predictions, Prepared prepared) {
    List<Claim> claims =
        request.claimed().map(text -> Claim.parse(text, prepared.task())).orElse(List.of());
    return Wiring.check(predictions, prepared.memberRows(), prepared.personOf(), claims);
  }

  private void doubt(Predictions predictions, Prepared prepared, Evidence evidence) {
    phases.begin("checks of the evidence");
    List<Check> checks = new ArrayList<>(wiring(predictions, prepared));
    checks.addAll(Duplicates.check(prepared.encoded(), prepared.labels(), prepared.memberRows()));
    checks.add(
        Shift.check(
            prepared.encoded(),
            prepared.labels(),
            prepared.memberRows(),
            prepared.personOf(),
            evidence.seed));
    evidence.checks.addAll(checks);
  }
}

package dev.caisson.airlock.assess;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Assessment;
import dev.caisson.airlock.dossier.AttackOutcome;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.dossier.LocalDossier;
import dev.caisson.airlock.dossier.NotRun;
import dev.caisson.airlock.dossier.Scores;
import dev.caisson.airlock.evidence.Attempt;
import dev.caisson.airlock.evidence.Attempts;
import dev.caisson.airlock.policy.Grounds;
import dev.caisson.airlock.policy.Limit;
import dev.caisson.airlock.policy.PolicyFile;
import dev.caisson.airlock.policy.PolicyRuling;
import dev.caisson.airlock.policy.Standing;
import dev.caisson.airlock.policy.Tried;
import dev.caisson.airlock.statistics.Trial;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The end of an assessment: the policy rules on the evidence, the attempt is noted, and the
/// dossier is written.
final class Verdicts {
  private static final int MOST_CATEGORIES = 50;

  private final Request request;
  private final Phases phases;

  Verdicts(Request request, Phases phases) {
    this.request = request;
    this.phases = phases;
  }

  Assessed rule(Submission submission, Evidence evidence, Attempts attempts) throws IOException {
    phases.begin("digests and ruling");
    Digest members = attempts.keyedDigest(request.members());
    Digest model = submission.identity();
    Attempts.Standing standing = attempts.standing(members, model);
    standing
        .dropped()
        .ifPresent(
            what -> evidence.checks.add(Check.of(Finding.warn("evidence.attempts", what, ""))));
    evidence.checks.add(
        Check.of(
            Finding.pass(
                "evidence.attempts",
                "the log of attempts held %d assessments of any model before this one"
                    .formatted(standing.logged()))));
    for (String words : evidence.words) {
      if (!words.isEmpty()) {
        evidence.checks.add(Check.of(Finding.pass("evidence.reading", words)));
      }
    }
    List<Check> given = new ArrayList<>();
    submission.assessed().findings().forEach(finding -> given.add(Check.of(finding)));
    given.addAll(evidence.checks);
    PolicyRuling ruling =
        PolicyRuling.of(
            request.policy().policy(),
            request.policy().standing(),
            new Grounds(
                evidence.task().orElse(Task.RISK),
                request.destination(),
                evidence.members(),
                evidence.nonMembers(),
                standing.number(),
                given,
                evidence.attacks().stream().map(Verdicts::tried).toList()));
    List<Check> checks = new ArrayList<>(evidence.checks);
    checks.addAll(ruling.checks());
    Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    List<String> failing = failing(submission, checks);
    attempts.note(
        new Attempt(
            now,
            members,
            model,
            request.policySaid() ? request.policy().digest() : null,
            ruling.verdict(),
            failing));
    phases.end();
    Dossier dossier =
        local(submission, evidence, ruling, checks)
            .write(
                name(),
                assessment(submission, evidence, attempts, members, standing),
                NotRun.ofLocalAssessment(),
                now);
    Optional<byte[]> released =
        ruling.verdict() == Verdict.BLOCKS
            ? Optional.empty()
            : submission.onnx().map(Submission.Onnx::bytes);
    return new Assessed(dossier, released, feedback(ruling.verdict(), failing));
  }

  private LocalDossier local(
      Submission submission, Evidence evidence, PolicyRuling ruling, List<Check> checks) {
    List<AttackOutcome> outcomes = evidence.attacks().stream().map(Verdicts::outcome).toList();
    return new LocalDossier(
        submission.assessed(),
        new LocalDossier.People(
            evidence.members(),
            evidence.nonMembers(),
            evidence.correct(),
            request.policy().policy().count(Limit.PUBLIC_SMALLEST_CELL, request.destination())),
        ruling.verdict(),
        ruling.why(),
        checks,
        outcomes,
        scores(evidence));
  }

  private static @Nullable Scores scores(Evidence evidence) {
    if (!(evidence.attacks().getFirst() instanceof Panel.Outcome.Ran loss)) {
      return null;
    }
    Trial trial = loss.trials().getFirst();
    String signal =
        switch (evidence.task().orElseThrow()) {
          case BINARY, MULTICLASS -> "phi";
          case REGRESSION -> "minus half the squared error";
          case SURVIVAL, RISK -> "log-likelihood";
        };
    return Scores.of(signal, trial.memberScores(), trial.nonMemberScores());
  }

  private static Tried tried(Panel.Outcome outcome) {
    return switch (outcome) {
      case Panel.Outcome.Ran ran -> new Tried.Ran(ran.attack().name(), 0, ran.figures());
      case Panel.Outcome.Refused refused ->
          new Tried.Refused(refused.attack().name(), refused.why());
    };
  }

  private static AttackOutcome outcome(Panel.Outcome outcome) {
    return switch (outcome) {
      case Panel.Outcome.Ran ran ->
          new AttackOutcome.Ran(
              ran.attack().name(), ran.attack().plainly(), ran.figures(), ran.seconds());
      case Panel.Outcome.Refused refused ->
          new AttackOutcome.Refused(
              refused.attack().name(), refused.attack().plainly(), refused.why());
    };
  }

  private Assessment assessment(
      Submission submission,
      Evidence evidence,
      Attempts attempts,
      Digest members,
      Attempts.Standing standing)
      throws IOException {
    PolicyFile policy = request.policy();
    return new Assessment(
        new Assessment.Submitted(
            submission.submitted().file(), submission.format(), submission.submitted().bytes()),
        submission.assessed().file(),
        unit(evidence),
        new Assessment.Data(
            members.toString(),
            attempts.keyedDigest(request.nonMembers()).toString(),
            request.scores().isPresent()
                ? attempts.keyedDigest(request.scores().get()).toString()
                : null,
            request.mapping().isPresent()
                ? attempts.keyedDigest(request.mapping().get()).toString()
                : null,
            evidence.memberRows(),
            evidence.nonMemberRows()),
        new Assessment.PolicyApplied(
            policy.policy().name(),
            Integer.toString(policy.policy().revision()),
            policy.digest(),
            policy.standing().words(),
            policy.standing() instanceof Standing.Signed signed
                ? signed.signer().toString()
                : null),
        evidence.task().map(task -> task.name().toLowerCase(Locale.ROOT)).orElse("unknown"),
        request.roles().label(),
        evidence.classes().isEmpty() || evidence.classes().size() > 1000
            ? null
            : evidence.classes(),
        Long.toHexString(evidence.seed),
        new Assessment.Attempts(
            standing.number(),
            standing.others().stream()
                .map(a -> new Assessment.Earlier(a.time(), a.model(), a.verdict()))
                .toList()),
        request.destination().label(),
        request.claimed().orElse(null),
        request.software(),
        request.threads(),
        new TreeMap<>(phases.seconds()));
  }

  /// An id that is another in each row names rows: whose they are it does not tell.
  private Assessment.Unit unit(Evidence evidence) {
    boolean joined =
        evidence.members() + evidence.nonMembers()
            < evidence.memberRows() + evidence.nonMemberRows();
    return request.roles().group().isPresent() || joined
        ? Assessment.Unit.PERSON
        : Assessment.Unit.ROW;
  }

  /// A name that can be a folder's, after the file.
  private String name() {
    String file = request.subject().getFileName().toString().toLowerCase(Locale.ROOT);
    String plain =
        file.replaceAll("[^a-z0-9.-]+", "-")
            .replaceAll("\\.{2,}", ".")
            .replaceAll("^[^a-z0-9]+", "");
    String cut = plain.substring(0, Math.min(63, plain.length()));
    return cut.isEmpty() ? "model" : cut;
  }

  private static List<String> failing(Submission submission, List<Check> checks) {
    List<Check> all = new ArrayList<>(checks);
    submission.assessed().findings().forEach(finding -> all.add(Check.of(finding)));
    return all.stream()
        .filter(check -> check.status() != Finding.Status.PASS)
        .map(Verdicts::category)
        .distinct()
        .sorted()
        .limit(MOST_CATEGORIES)
        .toList();
  }

  /// An attribute's name is a column's: only that some attribute could be inferred is said.
  private static String category(Check check) {
    String name = check.name();
    return name.startsWith("attack.attribute")
        ? "attack.attribute"
        : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.:-]", "-");
  }

  private static List<String> feedback(Verdict verdict, List<String> failing) {
    List<String> lines = new ArrayList<>();
    lines.add(verdict.sentence() + ".");
    lines.add(
        failing.isEmpty()
            ? "Every check passed."
            : "Checks that did not pass, by category: " + String.join(", ", failing) + ".");
    lines.add("Figures stay with the reviewers: whoever sees scores can train against them.");
    return lines;
  }
}

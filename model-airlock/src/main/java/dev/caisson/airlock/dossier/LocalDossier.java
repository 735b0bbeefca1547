package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Verdict;
import dev.caisson.airlock.scan.FileScan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the full dossier of a model that was assessed with its rows at hand. It copes with an
/// assessment that ended early: without attacks, without scores, with nobody counted.
///
/// @param scan of the bytes that were assessed; its findings come first among the checks
/// @param people whom the figures count
/// @param verdict and `why` are the policy's; a verdict that blocks needs a check that does
/// @param checks all others; one that is given twice is shown once
/// @param attacks that ran or were refused
/// @param scores of the LOSS attack, null if it did not run
public record LocalDossier(
    FileScan scan,
    People people,
    Verdict verdict,
    List<String> why,
    List<Check> checks,
    List<AttackOutcome> attacks,
    @Nullable Scores scores) {

  /// Persons of both sides, how many of them are predicted correctly (null where nothing is right
  /// or wrong), and the count under which the public version shows nothing.
  public record People(
      long members, long nonMembers, Dossier.@Nullable Correct correct, int smallestCell) {}

  public LocalDossier {
    why = List.copyOf(why);
    checks = List.copyOf(checks);
    attacks = List.copyOf(attacks);
  }

  /// `notRun` names what was left out beside the attacks that were refused.
  public Dossier write(
      String candidateName, Assessment assessment, List<NotRun> notRun, Instant created) {
    Set<Check> lines = new LinkedHashSet<>();
    scan.findings().forEach(finding -> lines.add(Check.of(finding)));
    lines.addAll(checks);
    List<AttackFigures> figures = new ArrayList<>();
    List<NotRun> left = new ArrayList<>();
    for (AttackOutcome attack : attacks) {
      switch (attack) {
        case AttackOutcome.Ran ran ->
            figures.add(AttackFigures.of(ran.name(), ran.plainly(), ran.figures(), ran.seconds()));
        case AttackOutcome.Refused refused ->
            left.add(new NotRun("Attack " + refused.name(), refused.why()));
      }
    }
    left.addAll(notRun);
    return new Dossier(
        Dossier.SCHEMA,
        Dossier.Audience.FULL,
        new Candidate(candidateName, scan.file(), scan.bytes()),
        verdict,
        why,
        Plainly.say(figures, 1, people.members(), people.nonMembers()),
        1,
        people.members(),
        people.nonMembers(),
        people.smallestCell(),
        people.correct(),
        new ArrayList<>(lines),
        figures,
        scores,
        left,
        BlindSpot.all(),
        Provenance.of(assessment),
        created);
  }
}

package dev.caisson.airlock.dossier;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes the version of a dossier that leaves with the model. No count of 1 to k-1 people can be
/// read from it or got by subtracting its counts from one another: score bins are joined until each
/// holds nobody or k of either side; a rate is left out if the people it counts lie closer than k
/// to another published count along the scores ([PublicFigures]); accuracies go if fewer than k
/// people are right or wrong, and where they stay, the bins keep the edge between right and wrong.
/// Other figures are rounded to four digits.
///
/// Of a model assessed with its rows at hand, names of columns, words of checks that looked at rows
/// ([PublicChecks]), digests of data and earlier attempts stay inside too ([Assessment]).
final class PublicDossier {
  private final Dossier full;
  private final int cell;
  private final boolean local;
  private final boolean accuracy;
  private final @Nullable Scores scores;

  private PublicDossier(Dossier full) {
    this.full = full;
    this.cell = full.smallestCell();
    this.local = full.provenance().assessment() != null;
    Dossier.Correct correct = full.correct();
    this.accuracy = correct != null && showable(correct);
    this.scores = scores(full.scores());
  }

  static Dossier of(Dossier full) {
    if (full.members() < full.smallestCell() || full.nonMembers() < full.smallestCell()) {
      throw new IllegalArgumentException(
          "no public dossier: a side has fewer than %d people".formatted(full.smallestCell()));
    }
    return new PublicDossier(full).write();
  }

  private Dossier write() {
    PublicNames names = PublicNames.of(full, local);
    PublicFigures figures =
        new PublicFigures(full.members(), accuracy ? full.correct() : null, scores, cell);
    List<AttackFigures> attacks =
        full.attacks().stream()
            .filter(attack -> accuracy || !PublicFigures.countsRightAndWrong(attack.name()))
            .map(figures::of)
            .map(names::attack)
            .toList();
    PublicChecks shown = new PublicChecks(names, attacks, accuracy, cell);
    List<Check> checks =
        full.checks().stream().map(local ? shown::local : shown::federated).toList();
    Ruling ruling =
        local ? PublicReasons.of(full.verdict(), full.provenance(), checks) : Ruling.of(checks);
    return new Dossier(
        full.schema(),
        Dossier.Audience.PUBLIC,
        full.candidate(),
        ruling.verdict(),
        ruling.why(),
        Plainly.say(attacks, full.sites(), full.members(), full.nonMembers()),
        full.sites(),
        full.members(),
        full.nonMembers(),
        cell,
        accuracy ? full.correct() : null,
        checks,
        attacks,
        scores,
        notRun(names),
        full.undetectable(),
        full.provenance().forPublic(),
        full.created());
  }

  private List<NotRun> notRun(PublicNames names) {
    List<NotRun> notRun = new ArrayList<>(full.notRun().stream().map(names::notRun).toList());
    boolean left =
        full.attacks().stream().anyMatch(a -> PublicFigures.countsRightAndWrong(a.name()));
    if (!accuracy && (left || full.correct() != null)) {
      notRun.add(
          new NotRun(
              "Accuracy and the attacks that only ask who is predicted correctly (gap, label-only)",
              "run, but left out here: they would show fewer than %d people.".formatted(cell)));
    }
    return notRun;
  }

  private @Nullable Scores scores(@Nullable Scores all) {
    if (all == null) {
      return null;
    }
    int edge = all.edges().indexOf(0.0); // phi > 0: the true class is the likeliest of two
    return accuracy && edge >= 0 ? all.joinedAround(edge, cell) : all.joined(cell);
  }

  /// Right and wrong people are each nobody or at least k, and so are those who are right although
  /// the score edge at 0 says otherwise, or the other way round (several classes).
  private boolean showable(Dossier.Correct correct) {
    Scores all = full.scores();
    int edge = all == null ? -1 : all.edges().indexOf(0.0);
    long membersAbove = all == null || edge < 0 ? correct.members() : above(all.members(), edge);
    long nonMembersAbove =
        all == null || edge < 0 ? correct.nonMembers() : above(all.nonMembers(), edge);
    return Stream.of(
            correct.members(),
            correct.nonMembers(),
            full.members() - correct.members(),
            full.nonMembers() - correct.nonMembers(),
            membersAbove,
            nonMembersAbove,
            full.members() - membersAbove,
            full.nonMembers() - nonMembersAbove,
            Math.abs(correct.members() - membersAbove),
            Math.abs(correct.nonMembers() - nonMembersAbove))
        .noneMatch(count -> Scores.small(count, cell));
  }

  private static long above(List<Long> counts, int edge) {
    return counts.subList(edge + 1, counts.size()).stream().mapToLong(Long::longValue).sum();
  }
}

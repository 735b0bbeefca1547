package dev.caisson.airlock.dossier;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The figures as sentences that need no statistics: always against guessing, and with what so many
/// people can show at all.
final class Plainly {
  /// Fewer people than this on a side carry no rate at FPR 1%, or 0.1%: the design's floors.
  private static final long FOR_ONE_IN_100 = 1_000;

  private static final long FOR_ONE_IN_1000 = 10_000;

  private final List<AttackFigures> attacks;
  private final int sites;
  private final long members;
  private final long nonMembers;

  private Plainly(List<AttackFigures> attacks, int sites, long members, long nonMembers) {
    this.attacks = attacks;
    this.sites = sites;
    this.members = members;
    this.nonMembers = nonMembers;
  }

  static List<String> say(List<AttackFigures> attacks, int sites, long members, long nonMembers) {
    return new Plainly(attacks, sites, members, nonMembers).paragraphs();
  }

  /// The attack that picks best, if any ran; of several equal ones the first.
  static @Nullable AttackFigures strongest(List<AttackFigures> attacks) {
    // max() keeps the last of equals, so the comparison is turned round
    return attacks.stream().min(Comparator.comparingDouble(a -> -a.auc())).orElse(null);
  }

  private List<String> paragraphs() {
    AttackFigures best = strongest(attacks);
    if (best == null) {
      return List.of(
          "No attack was run on this model. Nothing is known about how much it remembers of single"
              + " persons: neither that it does nor that it does not. What follows is about the file and"
              + " its contents only.");
    }
    List<String> paragraphs = new ArrayList<>();
    paragraphs.add(pairs(best));
    String accusations = accusations();
    if (!accusations.isEmpty()) {
      paragraphs.add(accusations);
    }
    paragraphs.add(power(best));
    return paragraphs;
  }

  private String pairs(AttackFigures best) {
    String text =
        "Shown one member and one person who was not in the training data%s, an attacker picks the"
                .formatted(sites > 1 ? ", both of the same site" : "")
            + Markup.format(
                " member %s times in 100 (95%% interval %s to %s). Guessing gives 50.",
                hundred(best.auc()),
                hundred(best.aucInterval().getFirst()),
                hundred(best.aucInterval().getLast()));
    text +=
        attacks.size() == 1
            ? " This is the %s attack, the only one run; it %s."
                .formatted(best.name(), best.plainly())
            : " This is the %s attack, the strongest of the %d that were run; it %s. The strongest of several owes something to chance."
                .formatted(best.name(), attacks.size(), best.plainly());
    if (best.p() > 0.05) {
      text +=
          Markup.format(
              " If the model gave nothing away, chance would still do as well in %s of 100 such trials.",
              hundred(best.p()));
    }
    return text;
  }

  /// Of the attack that finds the most members at a false positive rate of 1%.
  private String accusations() {
    AttackFigures surest = null;
    double most = -1;
    boolean hidden = false;
    for (AttackFigures attack : attacks) {
      Double tpr = attack.tpr("0.01");
      hidden |= tpr == null;
      if (tpr != null && tpr > most) {
        surest = attack;
        most = tpr;
      }
    }
    if (surest == null) {
      return "";
    }
    String allowed =
        hidden
            ? "Of the attacks whose figure may be shown here, allowed to accuse wrongly no more than 1"
                + " non-member in 100, "
            : "Allowed to accuse wrongly no more than 1 non-member in 100, ";
    if (most == 0) {
      return allowed + "no attack finds a member.";
    }
    String finds =
        allowed
            + Markup.format(
                "the %s attack finds %.1f%% of the members%s.",
                surest.name(), 100 * most, attacks.size() > 1 ? ", the most" : "");
    // a rule fixed on a few dozen non-members accuses 1 in 100 of the others, or 4
    if (Math.min(surest.members(), surest.nonMembers()) < FOR_ONE_IN_100) {
      return finds
          + " How many of these accusations would be right cannot be told from so few people.";
    }
    return finds
        + Markup.format(
            " If half of the people in question were members, %s in 100 of these accusations would be"
                + " right; if 1 in 100 were, %s in 100.",
            hundred(right(most, 0.5)), hundred(right(most, 0.01)));
  }

  /// Bayes' rule at this prior, for a false positive rate of 1%.
  private static double right(double tpr, double prior) {
    return prior * tpr / (prior * tpr + (1 - prior) * 0.01);
  }

  private String power(AttackFigures best) {
    long fewer = Math.min(members, nonMembers);
    String text =
        Markup.format(
                "What %,d members and %,d non-members can show: an attack that picks correctly fewer than %s times in 100",
                members, nonMembers, hundred(best.smallestDetectableAuc()))
            + Markup.format(
                " may go unseen (80%% power, one-sided 5%%). Even where none of the non-members is wrongly accused, up to %.2f%% of all strangers could be (95%%).",
                100 * zeroFalsePositives());
    if (fewer < FOR_ONE_IN_100) {
      return text
          + Markup.format(
              " What is said of accusing 1 in 100 rests on too few people (it takes %,d a side), and of 1 in 1,000 on far too few (%,d).",
              FOR_ONE_IN_100, FOR_ONE_IN_1000);
    }
    if (fewer < FOR_ONE_IN_1000) {
      return text
          + Markup.format(
              " What is said of accusing 1 in 1,000 rests on too few people (it takes %,d a side).",
              FOR_ONE_IN_1000);
    }
    return text;
  }

  /// The one-sided 95% upper bound of a rate of which not one case was seen: 1 - .05^(1/n).
  private double zeroFalsePositives() {
    return -Math.expm1(Math.log(0.05) / nonMembers);
  }

  private static String hundred(double share) {
    return String.valueOf(Math.round(100 * share));
  }
}

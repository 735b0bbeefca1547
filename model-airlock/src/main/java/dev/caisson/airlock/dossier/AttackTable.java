package dev.caisson.airlock.dossier;

import java.util.List;

/// The attacks that ran: what each does, in words, and what it achieved.
final class AttackTable {
  private final Dossier dossier;
  private final Markup out;

  AttackTable(Dossier dossier, Markup out) {
    this.dossier = dossier;
    this.out = out;
  }

  void write() {
    out.element("h2", "Attacks").raw("\n");
    if (dossier.attacks().isEmpty()) {
      out.element(
              "p",
              "None was run. What stood in the way is said under \u201cWhat was not done\u201d.")
          .raw("\n");
      return;
    }
    out.raw("<table class=\"attacks\"><thead><tr><th scope=\"col\">Attack</th>");
    for (String head :
        List.of(
            "AUC",
            "p",
            "TPR at FPR 10%",
            "TPR at FPR 1%",
            "TPR at FPR 0.1%",
            "Advantage",
            "Seen from AUC",
            "Persons")) {
      out.element("th scope=\"col\" class=\"n\"", head);
    }
    out.raw("</tr></thead><tbody>\n");
    dossier.attacks().forEach(this::row);
    out.raw("</tbody></table>\n<p class=\"small\">");
    out.text("Beneath each figure its 95% interval. The words are explained further down.");
    if (dossier.audience() == Dossier.Audience.PUBLIC) {
      out.text(
          " A dash stands for a figure that would show fewer than %d people."
              .formatted(dossier.smallestCell()));
    }
    out.raw("</p>\n");
  }

  private void row(AttackFigures attack) {
    out.raw("<tr><th scope=\"row\">").element("span class=\"name\"", attack.name());
    out.element("span class=\"says\"", attack.plainly() + ".").raw("</th>");
    figure(InFigures.number(attack.auc(), 3), InFigures.interval(attack.aucInterval(), 3));
    figure(InFigures.p(attack.p()), "");
    for (String rate : List.of("0.1", "0.01", "0.001")) {
      figure(
          InFigures.percent(attack.tpr(rate)), InFigures.percents(attack.tprIntervals().get(rate)));
    }
    Double advantage = attack.advantage();
    figure(
        advantage == null ? InFigures.ABSENT : InFigures.number(advantage, 3),
        InFigures.interval(attack.advantageInterval(), 3));
    figure(InFigures.number(attack.smallestDetectableAuc(), 3), "");
    figure(Markup.format("%,d", attack.members()), Markup.format("and %,d", attack.nonMembers()));
    out.raw("</tr>\n");
  }

  private void figure(String value, String beneath) {
    out.raw("<td class=\"n\">").text(value);
    if (!beneath.isEmpty()) {
      out.element("span class=\"under\"", beneath);
    }
    out.raw("</td>");
  }
}

package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import java.util.Comparator;
import java.util.List;

/// All checks, a table for each question that they answer; the gravest first in each. Status is
/// said in words, never by colour alone.
final class CheckTables {
  private final Dossier dossier;
  private final Markup out;

  CheckTables(Dossier dossier, Markup out) {
    this.dossier = dossier;
    this.out = out;
  }

  void write() {
    out.element("h2", "Checks").raw("\n<p class=\"question\">");
    out.text(
            "%s. A BLOCK forbids release, a WARN is for you to weigh, a PASS found nothing against it."
                .formatted(tally(dossier.checks())))
        .raw("</p>\n");
    for (CheckGroup group : CheckGroup.values()) {
      List<Check> checks =
          dossier.checks().stream()
              .filter(check -> CheckGroup.of(check) == group)
              .sorted(Comparator.comparing(Check::status).reversed())
              .toList();
      if (!checks.isEmpty()) {
        table(group, checks);
      }
    }
  }

  private static String tally(List<Check> checks) {
    return "%d block, %d warn, %d pass"
        .formatted(
            count(checks, Finding.Status.BLOCK),
            count(checks, Finding.Status.WARN),
            count(checks, Finding.Status.PASS));
  }

  private static long count(List<Check> checks, Finding.Status status) {
    return checks.stream().filter(check -> check.status() == status).count();
  }

  private void table(CheckGroup group, List<Check> checks) {
    out.element("h3", group.title());
    if (!group.question().isEmpty()) {
      out.element("p class=\"question\"", group.question());
    }
    out.raw("<table class=\"checks\"><thead><tr><th scope=\"col\">Result</th>");
    out.raw("<th scope=\"col\">Check</th><th scope=\"col\">What was seen</th>");
    out.raw("<th scope=\"col\" class=\"n\">Value</th><th scope=\"col\" class=\"n\">Limit</th>");
    out.raw("</tr></thead><tbody>\n");
    checks.forEach(this::row);
    out.raw("</tbody></table>\n");
  }

  private void row(Check check) {
    String status =
        switch (check.status()) {
          case PASS -> "pass";
          case WARN -> "warn";
          case BLOCK -> "block";
        };
    out.draw("<tr><td><span class=\"tag %s\">%s</span></td>", status, status);
    out.element("th scope=\"row\" class=\"check\"", check.name());
    out.element("td class=\"long\"", check.why()).raw("<td class=\"n\">");
    out.text(InFigures.any(check.value()));
    if (check.interval() != null) {
      out.element("span class=\"under\"", InFigures.interval(check.interval(), 3));
    }
    out.raw("</td>").element("td class=\"n\"", InFigures.any(check.limit())).raw("</tr>\n");
  }
}

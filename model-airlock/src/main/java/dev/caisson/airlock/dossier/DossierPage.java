package dev.caisson.airlock.dossier;

import dev.caisson.airlock.attack.LossAttack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// The dossier as one page for people who have never seen another: verdict, what is asked of them,
/// plain words, pictures, tables, definitions, provenance. Self-contained: no script, no link,
/// nothing fetched (a policy in the page forbids it as well). The same dossier always gives the
/// same bytes.
final class DossierPage {
  private final Dossier dossier;
  private final Markup out = new Markup();

  DossierPage(Dossier dossier) {
    this.dossier = dossier;
  }

  byte[] render() {
    out.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    out.raw(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
            + " 'unsafe-inline'\">\n");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    out.text("Model dossier: " + dossier.candidate().name()).raw("</title>\n<style>\n");
    out.raw(new String(resource("dossier.css"), StandardCharsets.UTF_8));
    out.raw("</style></head>\n<body>\n");
    head();
    out.raw("<main>\n");
    verdict();
    asked();
    words();
    pictures();
    new AttackTable(dossier, out).write();
    new CheckTables(dossier, out).write();
    notRun();
    undetectable();
    new Definitions(dossier, out).write();
    new ProvenanceList(dossier, out).write();
    out.raw("</main>\n");
    foot();
    out.raw("</body></html>\n");
    return out.bytes();
  }

  private void head() {
    out.raw("<header><span><strong>Caisson</strong> model dossier</span><span>");
    out.text(
        switch (dossier.audience()) {
          case FULL -> "Full version: stays inside";
          case PUBLIC -> "Public version: small counts are left out";
        });
    out.raw("</span></header>\n");
    out.element("h1", dossier.candidate().name()).raw("\n<p class=\"meta\">");
    Training training = dossier.provenance().training();
    Assessment assessment = dossier.provenance().assessment();
    if (training != null) {
      out.text("Study " + training.study() + " \u00b7 ");
    }
    out.text(
        Markup.format(
            "%,d members and %,d non-members%s \u00b7 ",
            dossier.members(),
            dossier.nonMembers(),
            dossier.sites() == 1 ? "" : " at " + dossier.sites() + " sites"));
    if (assessment != null) {
      out.text("to go to " + destination(assessment.destination()) + " \u00b7 ");
    }
    out.text(time(dossier.created())).raw("</p>\n");
  }

  static String time(Instant instant) {
    return DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
        .withZone(ZoneOffset.UTC)
        .format(instant);
  }

  /// In words, where it is one that the command line knows.
  static String destination(String given) {
    return switch (given) {
      case "public" -> "anybody (public)";
      case "named" -> "named recipients (named)";
      case "tre" -> "another protected environment (tre)";
      case "query-only" -> "users who may only ask it (query-only)";
      default -> given;
    };
  }

  private void verdict() {
    out.draw("<section class=\"verdict %s\">", dossier.verdict().label());
    out.element("h2", dossier.verdict().sentence()).raw("<ul>");
    dossier.why().forEach(line -> out.element("li", line));
    out.raw("</ul></section>\n");
  }

  private void asked() {
    if (dossier.audience() == Dossier.Audience.PUBLIC) {
      return;
    }
    out.raw("<section class=\"asked\">").element("h2", "What you are asked to decide").raw("\n");
    out.element(
        "p",
        "Somebody wants to take this model, and none of the data, out of the protected environment. A"
            + " model can remember people: whoever holds it may find out who was in the training data, or"
            + " read parts of their records from it.");
    out.element(
        "p",
        switch (dossier.verdict()) {
          case SUPPORTS_RELEASE ->
              "The figures lie within what your organisation's policy accepts. Confirm or refuse the release"
                  + " of exactly the file whose digest stands under \u201cWhere it comes from\u201d. The policy is a"
                  + " rule, not a guarantee: read what was not run and what no test can see.";
          case NEEDS_A_PERSON ->
              "The evidence neither forbids the release nor clears it, so you decide, for exactly the file"
                  + " whose digest stands under \u201cWhere it comes from\u201d. Weigh how often an attacker would be"
                  + " right, every line marked WARN, what was not run, who will hold the model, and under"
                  + " which agreement. To ask for more evidence or to refuse is always possible.";
          case BLOCKS ->
              "Return the model. The reasons are above; each line marked BLOCK says what was seen. What was"
                  + " found in the file, in stored rows or in stored records is a fact that nobody can"
                  + " waive; a statistical figure over its limit needs the data's owner as well as the"
                  + " reviewers, and a written acceptance of the risk.";
        });
    out.raw("</section>\n");
  }

  private void words() {
    out.element("h2", "What an attacker could tell").raw("\n");
    List<String> plainly = dossier.plainly();
    out.element("p class=\"plain\"", plainly.getFirst()).raw("\n");
    plainly.subList(1, plainly.size()).forEach(text -> out.element("p", text).raw("\n"));
    AttackFigures best = Plainly.strongest(dossier.attacks());
    if (best == null) {
      return;
    }
    out.raw("<figure>").raw(new GuessingScale(best.auc(), best.aucInterval()).svg());
    out.element(
        "figcaption",
        "How often the %s attack picks the member of a pair, with its 95%% interval. Averages hide people: one person can be exposed while this figure stays at one half."
            .formatted(best.name()));
    out.raw("</figure>\n");
  }

  private void pictures() {
    Scores scores = dossier.scores();
    if (scores == null) {
      return;
    }
    boolean pooled = dossier.sites() > 1;
    out.raw("<div class=\"pair\"><figure>");
    out.raw(new RocPlot(scores, dossier.attack(LossAttack.NAME)).svg());
    out.element(
        "figcaption",
        "LOSS attack: members found against non-members wrongly accused, both on logarithmic axes%s. Dashed: guessing. Bars: 95%% intervals of the rates in the table below."
            .formatted(pooled ? ", all sites pooled" : ""));
    out.raw("</figure><figure>").raw(new ScorePlot(scores).svg());
    out.element(
        "figcaption",
        "How well the model fits members and non-members (%s, higher is better). The nearer the two shapes, the less an attacker learns."
            .formatted(scores.signal()));
    out.raw("</figure></div>\n");
  }

  private void notRun() {
    out.element("h2", "What was not done, and why").raw("\n");
    if (dossier.notRun().isEmpty()) {
      out.element("p", "Nothing was left out.").raw("\n");
      return;
    }
    out.raw("<dl>");
    dossier.notRun().forEach(item -> out.element("dt", item.what()).element("dd", item.why()));
    out.raw("</dl>\n");
  }

  private void undetectable() {
    out.element("h2", "What no test here can see").raw("\n<dl>");
    dossier.undetectable().forEach(i -> out.element("dt", i.what()).element("dd", i.why()));
    out.raw("</dl>\n");
    out.element(
        "p class=\"small\"",
        "Figures in this section were measured on other models, when the airlock was designed.");
  }

  private void foot() {
    out.raw("<footer>");
    out.text(
        "Written by the airlock%s; it holds no row and no identifier%s. The same content for machines: dossier.json (%s)."
            .formatted(
                dossier.sites() > 1 ? " from sums over sites" : "",
                dossier.sites() > 1 ? ", and no site's own figure" : "",
                dossier.schema()));
    out.raw("</footer>\n");
  }

  /// A file beside this class.
  static byte[] resource(String name) {
    try (InputStream in = DossierPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is part of this jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " is part of this jar", e);
    }
  }
}

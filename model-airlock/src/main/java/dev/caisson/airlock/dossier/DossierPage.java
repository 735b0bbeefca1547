package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Verdict;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The dossier as one page for people: verdict, plain words, pictures, tables, definitions,
/// provenance. Self-contained: no script, no link, nothing fetched (a policy in the page forbids it
/// as well). The same dossier always gives the same bytes.
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
    out.raw(style()).raw("</style></head>\n<body>\n");
    head();
    verdict();
    words();
    pictures();
    attacks();
    checks();
    notRun();
    definitions();
    provenance();
    foot();
    out.raw("</body></html>\n");
    return out.bytes();
  }

  private void head() {
    out.raw("<header><span><strong>Caisson</strong> model dossier</span><span>");
    out.text(
        switch (dossier.audience()) {
          case FULL -> "Full version: stays in the airlock";
          case PUBLIC -> "Public version: small counts are left out";
        });
    out.raw("</span></header>\n");
    out.element("h1", dossier.candidate().name()).raw("\n<p class=\"meta\">");
    out.text(
        Markup.format(
            "Study %s \u00b7 %,d members and %,d held-out persons at %d sites \u00b7 %s",
            dossier.provenance().study(),
            dossier.members(),
            dossier.heldOut(),
            dossier.sites(),
            DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(dossier.created())));
    out.raw("</p>\n");
  }

  private void verdict() {
    String name =
        switch (dossier.verdict()) {
          case SUPPORTS_RELEASE -> "supports-release";
          case NEEDS_A_PERSON -> "needs-a-person";
          case BLOCKS -> "blocks";
        };
    out.draw("<section class=\"verdict %s\">", name);
    out.element("h2", "The evidence " + sentence(dossier.verdict())).raw("<ul>");
    dossier.why().forEach(line -> out.element("li", line));
    out.raw("</ul></section>\n");
  }

  private static String sentence(Verdict verdict) {
    return switch (verdict) {
      case SUPPORTS_RELEASE -> "supports release";
      case NEEDS_A_PERSON -> "does not decide: it needs a person";
      case BLOCKS -> "blocks release";
    };
  }

  private void words() {
    AttackFigures loss = dossier.attacks().getFirst();
    out.element("h2", "What an attacker could tell").raw("\n");
    out.element("p class=\"plain\"", dossier.plainly()).raw("\n<figure>");
    out.raw(new GuessingScale(loss.auc(), loss.aucInterval()).svg());
    out.element(
        "figcaption",
        "How often the LOSS attack picks the member of a pair, with its 95% interval. Averages hide"
            + " people: one person can be exposed while this figure stays at one half.");
    out.raw("</figure>\n");
  }

  private void pictures() {
    out.raw("<div class=\"pair\"><figure>").raw(new RocPlot(dossier).svg());
    out.element(
        "figcaption",
        "Members found against non-members wrongly accused, both on logarithmic axes, all sites pooled."
            + " Dashed: guessing. Bars: 95% intervals at the three rates of the table.");
    out.raw("</figure><figure>").raw(new ScorePlot(dossier.scores()).svg());
    out.element(
        "figcaption",
        "How well the model fits members and held-out persons (%s, higher is better). The nearer the two shapes, the less an attacker learns."
            .formatted(dossier.scores().signal()));
    out.raw("</figure></div>\n");
  }

  private void attacks() {
    out.element("h2", "Attacks").raw("\n<table><thead><tr><th>Attack</th><th class=\"n\">AUC</th>");
    out.raw("<th class=\"n\">95% interval</th><th class=\"n\">p</th>");
    out.raw("<th class=\"n\">TPR at FPR 10%</th><th class=\"n\">1%</th>");
    out.raw("<th class=\"n\">0.1%</th><th class=\"n\">Advantage</th></tr></thead><tbody>\n");
    for (AttackFigures attack : dossier.attacks()) {
      out.raw("<tr>").element("td class=\"name\"", attack.name());
      out.element("td class=\"n\"", number(attack.auc(), 3));
      out.element("td class=\"n\"", interval(attack.aucInterval(), 3));
      out.element("td class=\"n\"", attack.p() < 0.0001 ? "< 0.0001" : number(attack.p(), 4));
      for (String rate : List.of("0.1", "0.01", "0.001")) {
        out.element("td class=\"n\"", percent(attack.tprAtFpr().get(rate)));
      }
      Double advantage = attack.advantage();
      out.element("td class=\"n\"", advantage == null ? "\u2013" : number(advantage, 3))
          .raw("</tr>\n");
    }
    out.raw("</tbody></table>\n<p class=\"small\">");
    dossier
        .attacks()
        .forEach(
            a -> out.text("%s %s. ".formatted(a.name().toUpperCase(Locale.ROOT), a.plainly())));
    if (dossier.audience() == Dossier.Audience.PUBLIC) {
      out.text(
          "A dash stands for a figure that would show fewer than %d people."
              .formatted(dossier.smallestCell()));
    }
    out.raw("</p>\n");
  }

  private void checks() {
    out.element("h2", "Checks").raw("\n<table><thead><tr><th>Check</th><th></th>");
    out.raw(
        "<th class=\"n\">Value</th><th class=\"n\">Limit</th><th>What was seen</th></tr></thead><tbody>\n");
    for (Check check : dossier.checks()) {
      String status =
          switch (check.status()) {
            case PASS -> "pass";
            case WARN -> "warn";
            case BLOCK -> "block";
          };
      out.raw("<tr>").element("td class=\"name\"", check.name());
      out.draw("<td><span class=\"tag %s\">%s</span></td>", status, status);
      out.element("td class=\"n\"", value(check)).element("td class=\"n\"", figure(check.limit()));
      out.element("td class=\"long\"", check.why()).raw("</tr>\n");
    }
    out.raw("</tbody></table>\n");
  }

  private void notRun() {
    out.element("h2", "What was not done, and why").raw("\n<dl>");
    for (NotRun item : dossier.notRun()) {
      out.element("dt", item.what()).element("dd", item.why());
    }
    out.raw("</dl>\n");
  }

  private void definitions() {
    out.element("h2", "Words").raw("\n<dl>");
    define("Member", "a person on whose record the model was trained.");
    define(
        "Held-out person",
        "a person of the same site whom its committed seed set aside before training; stands for any"
            + " stranger.");
    define(
        "AUC",
        "how often an attacker picks the member from a pair of one member and one held-out person of the"
            + " same site; .5 is guessing, 1 is certainty. Interval: DeLong, summed over sites. p: one-sided"
            + " against .5 with the tie-corrected null variance.");
    define(
        "TPR at FPR",
        "the share of members found if at most this share of non-members may be accused wrongly. Read"
            + " stepwise at bin edges, never interpolated; interval: Clopper-Pearson. The threshold and the"
            + " rate come from the same persons, which flatters the attacker a little.");
    define(
        "Advantage",
        "the largest lead of members found over non-members accused at any threshold; never negative, so"
            + " small values are chance.");
    define(
        "phi",
        "log-odds that the model gives to a person's true class: log p(true) - log p(any other).");
    out.raw("</dl>\n");
  }

  private void define(String word, String meaning) {
    out.element("dt", word).element("dd", meaning);
  }

  private void provenance() {
    Provenance from = dossier.provenance();
    out.element("h2", "Where the model comes from").raw("\n<dl>");
    out.raw("<dt>Model</dt><dd>").element("code", dossier.candidate().model().toString());
    out.text(Markup.format(" (%,d bytes)", dossier.candidate().bytes())).raw("</dd>");
    digest("Plan", from.plan());
    digest("First weights", from.initialModel());
    out.element("dt", "Sites").element("dd", String.join(", ", from.cohort()));
    out.element("dt", "Rounds").element("dd", String.valueOf(from.rounds()));
    if (!from.roundTranscripts().isEmpty()) {
      digest("Last round's transcript", from.roundTranscripts().getLast());
    }
    out.element("dt", "Recipe").element("dd", from.recipe());
    from.seedCommitments().forEach((site, seed) -> digest("Seed committed by " + site, seed));
    out.element("dt", "Software").element("dd", from.software());
    out.element("dt", "Trained").element("dd", from.created().toString());
    out.raw("</dl>\n");
  }

  private void digest(String what, Digest digest) {
    out.element("dt", what).raw("<dd>").element("code", digest.toString()).raw("</dd>");
  }

  private void foot() {
    out.raw("<footer>");
    out.text(
        "Written by the airlock from sums over sites; it holds no row, no identifier and no site's own"
            + " figure. The same content for machines: dossier.json (%s)."
                .formatted(dossier.schema()));
    out.raw("</footer>\n");
  }

  private static String value(Check check) {
    List<Double> interval = check.interval();
    String value = figure(check.value());
    if (interval == null) {
      return value;
    }
    return value + " (" + interval(interval, 3) + ")";
  }

  private static String figure(@Nullable Double value) {
    if (value == null) {
      return "";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e9;
    return whole ? Markup.format("%,d", value.longValue()) : number(value, 3);
  }

  private static String number(double value, int digits) {
    return Markup.format("%." + digits + "f", value);
  }

  private static String interval(List<Double> ends, int digits) {
    return number(ends.getFirst(), digits) + " to " + number(ends.getLast(), digits);
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "\u2013" : Markup.format("%.1f%%", 100 * share);
  }

  private static String style() {
    try (InputStream css = DossierPage.class.getResourceAsStream("dossier.css")) {
      if (css == null) {
        throw new IllegalStateException("dossier.css is part of this jar");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("dossier.css is part of this jar", e);
    }
  }
}

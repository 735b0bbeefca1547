package dev.caisson.airlock.dossier;

import java.util.List;

/// A line from guessing to certainty with the attack's figure on it.
final class GuessingScale {
  private static final int WIDTH = 760;
  private static final int LEFT = 40;
  private static final int RIGHT = 720;
  private static final int LINE = 44;

  private final double auc;
  private final List<Double> interval;

  GuessingScale(double auc, List<Double> interval) {
    this.auc = auc;
    this.interval = interval;
  }

  String svg() {
    double low = Math.min(0.4, Math.floor(interval.getFirst() * 10) / 10);
    Markup out = new Markup();
    out.draw(
        "<svg viewBox=\"0 0 %d 84\" role=\"img\" aria-label=\"pairs picked correctly\">", WIDTH);
    out.draw(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#c3ccd6\" stroke-width=\"2\"/>",
        LEFT, LINE, RIGHT, LINE);
    for (int tenth = (int) Math.round(low * 10); tenth <= 10; tenth++) {
      double x = at(tenth / 10.0, low);
      out.draw(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#c3ccd6\"/>",
          x, LINE - 4, x, LINE + 4);
      out.draw(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>", x, LINE + 19, tenth * 10);
    }
    mark(out, at(0.5, low), "guessing");
    mark(out, at(1, low), "certainty");
    out.draw(
        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#1f5f8b\" stroke-width=\"8\" stroke-opacity=\".28\" stroke-linecap=\"round\"/>",
        at(interval.getFirst(), low), LINE, at(interval.getLast(), low), LINE);
    out.draw(
        "<circle cx=\"%.1f\" cy=\"%d\" r=\"7\" fill=\"#1f5f8b\" stroke=\"#fff\" stroke-width=\"2\"/>",
        at(auc, low), LINE);
    out.draw(
        "<text class=\"strong\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.1f in 100</text>",
        at(auc, low), LINE - 16, 100 * auc);
    return out.raw("</svg>").toString();
  }

  private static void mark(Markup out, double x, String word) {
    out.draw("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, LINE + 35, word);
  }

  private static double at(double value, double low) {
    return LEFT + (value - low) / (1 - low) * (RIGHT - LEFT);
  }
}

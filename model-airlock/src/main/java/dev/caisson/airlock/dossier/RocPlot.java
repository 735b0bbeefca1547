package dev.caisson.airlock.dossier;

import dev.caisson.airlock.statistics.Roc;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ROC as steps on logarithmic axes from .001 to 1; what lies below is drawn on the edge.
final class RocPlot {
  private static final int SIZE = 380;
  private static final int LEFT = 52;
  private static final int TOP = 14;
  private static final int SIDE = 310;
  private static final double FLOOR = 0.001;

  private final Scores scores;
  private final Optional<AttackFigures> loss;
  private final Markup out = new Markup();

  RocPlot(Scores scores, Optional<AttackFigures> loss) {
    this.scores = scores;
    this.loss = loss;
  }

  String svg() {
    out.draw(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"ROC curve on logarithmic axes\">",
        SIZE, SIZE);
    grid();
    line(FLOOR, FLOOR, 1, 1, "stroke=\"#8a96a3\" stroke-dasharray=\"5 4\" stroke-width=\"1.3\"");
    steps(scores.roc());
    loss.ifPresent(this::bars);
    return out.raw("</svg>").toString();
  }

  private void grid() {
    for (double tick : new double[] {0.001, 0.01, 0.1, 1}) {
      line(tick, FLOOR, tick, 1, "stroke=\"#e3e8ed\"");
      line(FLOOR, tick, 1, tick, "stroke=\"#e3e8ed\"");
      String label = tick == 0.001 ? "0.1%" : Markup.format("%d%%", Math.round(tick * 100));
      out.draw(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x(tick), TOP + SIDE + 17, label);
      out.draw(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 7, y(tick) + 4, label);
    }
    out.draw(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">non-members wrongly accused</text>",
        LEFT + SIDE / 2, TOP + SIDE + 38);
    out.draw(
        "<text transform=\"translate(13 %d) rotate(-90)\" text-anchor=\"middle\">members found</text>",
        TOP + SIDE / 2);
  }

  private void steps(Roc roc) {
    StringBuilder path = new StringBuilder();
    double lastY = y(0);
    path.append(Markup.format("M%.1f %.1f", x(0), lastY));
    for (Roc.Point point : roc.points()) {
      double x = x((double) point.falsePositives() / roc.nonMembers());
      double y = y((double) point.truePositives() / roc.members());
      path.append(Markup.format(" L%.1f %.1f L%.1f %.1f", x, lastY, x, y));
      lastY = y;
    }
    out.draw(
        "<path d=\"%s\" fill=\"none\" stroke=\"#1f5f8b\" stroke-width=\"2\" stroke-linejoin=\"round\"/>",
        path);
  }

  private void bars(AttackFigures attack) {
    attack
        .tprAtFpr()
        .forEach(
            (rate, tpr) -> bar(Double.parseDouble(rate), tpr, attack.tprIntervals().get(rate)));
  }

  private void bar(double rate, @Nullable Double tpr, @Nullable List<Double> interval) {
    if (tpr == null || interval == null) {
      return;
    }
    line(
        rate,
        interval.getFirst(),
        rate,
        interval.getLast(),
        "stroke=\"#1f5f8b\" stroke-opacity=\".35\" stroke-width=\"6\" stroke-linecap=\"round\"");
    out.draw("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\" fill=\"#1f5f8b\"/>", x(rate), y(tpr));
  }

  private void line(double x1, double y1, double x2, double y2, String style) {
    out.draw(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>",
        x(x1), y(y1), x(x2), y(y2), style);
  }

  private static double x(double rate) {
    return LEFT + SIDE * (1 - share(rate));
  }

  private static double y(double rate) {
    return TOP + SIDE * share(rate);
  }

  /// 0 at rate 1, 1 at the floor.
  private static double share(double rate) {
    return Math.log(Math.max(rate, FLOOR)) / Math.log(FLOOR);
  }
}

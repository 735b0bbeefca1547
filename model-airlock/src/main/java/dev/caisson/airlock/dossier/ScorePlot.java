package dev.caisson.airlock.dossier;

import java.util.ArrayList;
import java.util.List;

/// Members' and non-members' scores as two shapes: share of people per unit of score, so that bins
/// of different widths compare. An open end bin is drawn as wide as its neighbour.
final class ScorePlot {
  private static final int SIZE = 380;
  private static final int LEFT = 20;
  private static final int TOP = 34;
  private static final int WIDTH = 350;
  private static final int HEIGHT = 290;
  private static final int BARS = 36;

  private record Bar(double from, double to, double members, double nonMembers) {}

  private final Scores scores;
  private final Markup out = new Markup();

  ScorePlot(Scores scores) {
    this.scores = scores;
  }

  String svg() {
    List<Bar> bars = bars();
    double low = bars.getFirst().from;
    double high = bars.getLast().to;
    double top = bars.stream().mapToDouble(b -> Math.max(b.members, b.nonMembers)).max().orElse(1);
    out.draw(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"score histograms\">", SIZE, SIZE);
    shape(bars, low, high, top, true);
    shape(bars, low, high, top, false);
    axis(low, high);
    out.draw(
        "<rect x=\"%d\" y=\"9\" width=\"14\" height=\"10\" fill=\"#1f5f8b\" fill-opacity=\".3\" stroke=\"#1f5f8b\"/>",
        LEFT);
    out.draw("<text x=\"%d\" y=\"18\">members</text>", LEFT + 20);
    out.draw(
        "<line x1=\"%d\" y1=\"14\" x2=\"%d\" y2=\"14\" stroke=\"#c8742a\" stroke-width=\"2\"/>",
        LEFT + 96, LEFT + 112);
    out.draw("<text x=\"%d\" y=\"18\">non-members</text>", LEFT + 118);
    return out.raw("</svg>").toString();
  }

  private void shape(List<Bar> bars, double low, double high, double top, boolean members) {
    StringBuilder path =
        new StringBuilder(Markup.format("M%.1f %d", x(low, low, high), TOP + HEIGHT));
    for (Bar bar : bars) {
      double y = TOP + HEIGHT * (1 - (members ? bar.members : bar.nonMembers) / top);
      path.append(
          Markup.format(
              " L%.1f %.1f L%.1f %.1f", x(bar.from, low, high), y, x(bar.to, low, high), y));
    }
    path.append(Markup.format(" L%.1f %d", x(high, low, high), TOP + HEIGHT));
    out.draw(
        "<path d=\"%s\" %s/>",
        path,
        members
            ? "fill=\"#1f5f8b\" fill-opacity=\".3\" stroke=\"#1f5f8b\" stroke-width=\"1.2\""
            : "fill=\"none\" stroke=\"#c8742a\" stroke-width=\"1.9\"");
  }

  private void axis(double low, double high) {
    out.draw(
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#8a96a3\"/>",
        LEFT, TOP + HEIGHT, LEFT + WIDTH, TOP + HEIGHT);
    double step = step(high - low);
    for (double tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) {
      double x = x(tick, low, high);
      out.draw(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#8a96a3\"/>",
          x, TOP + HEIGHT, x, TOP + HEIGHT + 4);
      String label =
          Math.abs(tick) < step / 2 ? "0" : Markup.format("%.3g", tick).replaceAll("\\.?0+$", "");
      out.draw(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x, TOP + HEIGHT + 18, label);
    }
    out.draw(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", LEFT + WIDTH / 2, TOP + HEIGHT + 40);
    out.text(scores.signal()).raw("</text>");
  }

  /// The bins that hold anybody, joined until each is at least the [#BARS]th part of the range.
  private List<Bar> bars() {
    int first = 0;
    int last = scores.members().size() - 1;
    while (first < last && scores.members().get(first) + scores.nonMembers().get(first) == 0) {
      first++;
    }
    while (last > first && scores.members().get(last) + scores.nonMembers().get(last) == 0) {
      last--;
    }
    double members = sum(scores.members());
    double nonMembers = sum(scores.nonMembers());
    double least = (edge(last) - edge(first - 1)) / BARS;
    List<Bar> bars = new ArrayList<>();
    int begin = first;
    for (int bin = first; bin <= last; bin++) {
      double from = edge(begin - 1);
      double to = edge(bin);
      // what is left over at the top is drawn by itself, however narrow
      if (to - from < least * (1 - 1e-9) && bin < last) {
        continue;
      }
      double width = Math.max(to - from, least);
      bars.add(
          new Bar(
              from,
              to,
              sum(scores.members().subList(begin, bin + 1)) / members / width,
              sum(scores.nonMembers().subList(begin, bin + 1)) / nonMembers / width));
      begin = bin + 1;
    }
    return bars;
  }

  /// The edge above bin `index`; beyond the outer edges as far as their neighbours.
  private double edge(int index) {
    List<Double> edges = scores.edges();
    if (edges.isEmpty()) {
      return index < 0 ? -1 : 1;
    }
    int n = edges.size();
    if (index < 0) {
      return edges.getFirst() - (n > 1 ? edges.get(1) - edges.getFirst() : 1);
    }
    if (index >= n) {
      return edges.getLast() + (n > 1 ? edges.getLast() - edges.get(n - 2) : 1);
    }
    return edges.get(index);
  }

  private static double sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  private static double x(double score, double low, double high) {
    return LEFT + WIDTH * (score - low) / (high - low);
  }

  /// 1, 2 or 5 times a power of ten, giving 4 to 9 ticks.
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(range / 4)));
    double relative = range / 4 / power;
    return power * (relative >= 5 ? 5 : relative >= 2 ? 2 : 1);
  }
}

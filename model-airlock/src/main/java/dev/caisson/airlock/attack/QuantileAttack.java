package dev.caisson.airlock.attack;

import dev.caisson.airlock.statistics.Halves;
import dev.caisson.airlock.statistics.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The quantile attack (Bertran et al., *Scalable Membership Inference Attacks via Quantile
/// Regression*, NeurIPS 2023): how well would the model fit somebody with this record who was not
/// trained on? Quantiles of the signal given inputs and label are regressed on one half of the
/// non-members; the other half and all members are scored by where their signal lies among them.
/// Then the halves change places: two trials.
///
/// Never fitted and scored on the same people, which alone turned a true positive rate of .016 at
/// 1% into .176. Given a fit, the people scored stand alike, so each trial's test is valid, and
/// `CombinedP` joins the two. Of few non-members the trees learn a constant, and this is LOSS on
/// half of them.
public final class QuantileAttack implements Attack {
  private static final double MIDDLE = 0.5;
  private static final double UPPER = 0.9;
  private static final int LEAST = 40;

  @Override
  public String name() {
    return "quantile";
  }

  @Override
  public String plainly() {
    return "calls a person a member if the model fits that person's record better than it fits"
        + " strangers with similar records";
  }

  @Override
  public Optional<String> refuses(Setting setting) {
    return setting.withoutSignal().or(setting::withoutInputs).or(() -> setting.fewerThan(LEAST));
  }

  @Override
  public List<Trial> attack(Exhibit exhibit, long seed) {
    int[] others = exhibit.side(false);
    Halves halves = Halves.of(others.length, seed);
    int[] first = Arrays.stream(halves.first()).map(i -> others[i]).toArray();
    int[] second = Arrays.stream(halves.second()).map(i -> others[i]).toArray();
    return List.of(trial(exhibit, first, second, seed), trial(exhibit, second, first, seed + 1));
  }

  private static Trial trial(Exhibit exhibit, int[] fitted, int[] judged, long seed) {
    Predictions predictions = exhibit.predictions();
    Columns columns = Columns.ofRecords(exhibit.inputs(), predictions::label);
    int[] rows = exhibit.rowsOf(fitted);
    double[] signals = Arrays.stream(rows).mapToDouble(predictions::signal).toArray();
    BoostedTrees middle =
        BoostedTrees.fit(columns, rows, signals, new Objective.Pinball(MIDDLE), seed);
    BoostedTrees upper =
        BoostedTrees.fit(columns, rows, signals, new Objective.Pinball(UPPER), seed);
    double usual = usualSpread(columns, rows, middle, upper);
    double[] scores = new double[predictions.rows()];
    Arrays.fill(scores, Double.NaN);
    float[] cells = new float[columns.width()];
    for (int[] side : new int[][] {judged, exhibit.side(true)}) {
      for (int row : exhibit.rowsOf(side)) {
        columns.copyRow(row, cells);
        double centre = middle.predict(cells);
        double spread = upper.predict(cells) - centre;
        // a fitted spread is not believed beyond a factor of 4 of the usual one
        scores[row] = (predictions.signal(row) - centre) / Math.clamp(spread, usual / 4, usual * 4);
      }
    }
    return exhibit.trial(exhibit.joined(scores));
  }

  private static double usualSpread(
      Columns columns, int[] rows, BoostedTrees middle, BoostedTrees upper) {
    double[] spreads = new double[Math.min(rows.length, 1_000)];
    for (int i = 0; i < spreads.length; i++) {
      spreads[i] = upper.predict(columns, rows[i]) - middle.predict(columns, rows[i]);
    }
    Arrays.sort(spreads);
    double usual = spreads[spreads.length / 2];
    return usual > 0 ? usual : 1; // hardly any two signals differ
  }
}

package dev.caisson.cli.demo;

import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.trust.Identity;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// What the demo found, for people and as figures.
final class Report {
  private final int rounds;
  private final List<String> sites;
  private final List<Training.Trained> studies;
  private final List<Comparison.Aucs> baselines;
  private final Reviewing.Released released;
  private final Identity airlock;

  Report(
      int rounds,
      List<String> sites,
      List<Training.Trained> studies,
      List<Comparison.Aucs> baselines,
      Reviewing.Released released,
      Identity airlock) {
    this.rounds = rounds;
    this.sites = sites;
    this.studies = studies;
    this.baselines = baselines;
    this.released = released;
    this.airlock = airlock;
  }

  DemoResult result(boolean airlockConfined, double seconds) {
    SortedMap<String, Double> alone = new TreeMap<>();
    for (String site : sites) {
      alone.put(site, mean(aucs -> alone(aucs, site)));
    }
    return new DemoResult(
        rounds,
        studies.size(),
        studies.stream().mapToDouble(Training.Trained::auc).average().orElseThrow(),
        mean(Comparison.Aucs::pooled),
        alone,
        label(released.dossier()),
        released.bundle(),
        released.dossierPage(),
        airlock.fingerprint().toString(),
        airlockConfined,
        Math.round(seconds * 10) / 10.0,
        studies.getFirst().bytesOut());
  }

  String text(DemoResult result) {
    StringBuilder out = new StringBuilder();
    out.append(
        """

        AUC among held-out persons: the mean of the sites' AUCs, mean over %d seed%s
        """
            .formatted(result.seeds(), result.seeds() == 1 ? "" : "s"));
    TextTable table = new TextTable("trained on", "AUC", "federated better by", "in seeds");
    table.row("federated, only masked sums shared", four(result.federatedAuc()), "", "");
    row(table, "all tables pooled in one place", Comparison.Aucs::pooled, result);
    for (String site : sites) {
      row(table, site + " alone", aucs -> alone(aucs, site), result);
    }
    out.append(table).append('\n');
    out.append("(the pooled and lone models are the demo's privilege: it may read every table)\n");
    out.append("\nsent by each site for the first study:");
    result
        .bytesOutPerSite()
        .forEach((site, bytes) -> out.append("  %s %,d bytes".formatted(site, bytes)));
    out.append("\n\nthe airlock's verdict: ").append(result.verdict()).append('\n');
    released.dossier().why().forEach(why -> out.append("  - ").append(why).append('\n'));
    out.append("  dossier  ").append(result.dossier()).append('\n');
    out.append("  release  ").append(result.bundle()).append('\n');
    out.append("  check it  ./caisson verify ").append(result.bundle());
    out.append(" --signer ").append(result.signer()).append('\n');
    out.append(
        "the demo played every person here: researcher, custodians and both reviewers. %.1f s"
            .formatted(result.seconds()));
    return out.toString();
  }

  private void row(
      TextTable table, String name, ToDoubleFunction<Comparison.Aucs> auc, DemoResult result) {
    int better = 0;
    for (int k = 0; k < baselines.size(); k++) {
      better += studies.get(k).auc() > auc.applyAsDouble(baselines.get(k)) ? 1 : 0;
    }
    double mean = mean(auc);
    table.row(
        name,
        four(mean),
        "%+.4f".formatted(result.federatedAuc() - mean),
        "%d of %d".formatted(better, baselines.size()));
  }

  private double mean(ToDoubleFunction<Comparison.Aucs> auc) {
    return baselines.stream().mapToDouble(auc).average().orElseThrow();
  }

  private static double alone(Comparison.Aucs aucs, String site) {
    Double auc = aucs.alone().get(site);
    if (auc == null) {
      throw new IllegalStateException("every site was compared");
    }
    return auc;
  }

  private static String label(Dossier dossier) {
    return dossier.verdict().words();
  }

  private static String four(double auc) {
    return "%.4f".formatted(auc);
  }
}

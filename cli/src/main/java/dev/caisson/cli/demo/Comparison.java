package dev.caisson.cli.demo;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.client.training.Metrics;
import dev.caisson.client.training.Recipes;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.HoldOut;
import dev.caisson.dataset.Samples;
import dev.caisson.dataset.SplitKey;
import dev.caisson.dataset.Table;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What federation is worth: the same model, recipe and number of passes, trained at each site
/// alone and on all sites' members pooled, and judged like the federated model on the same held-out
/// persons (the mean over the sites of the AUC among each site's held-out persons).
///
/// Only a demo can do this: it reads every custodian's table, which nobody in a federation can.
final class Comparison {
  private final SortedMap<String, Table> tables = new TreeMap<>();
  private final Federation federation;

  /// AUCs for one seed.
  record Aucs(double pooled, SortedMap<String, Double> alone) {}

  Comparison(Federation federation, DatasetDescription dataset, List<String> sites)
      throws IOException, BadTableException {
    this.federation = federation;
    for (String site : sites) {
      tables.put(site, Table.read(federation.site(site).resolve("table.csv"), dataset));
    }
  }

  Aucs train(StudyPlan plan) throws CommandFailure, IOException, InterruptedException {
    SortedMap<String, HoldOut.Split> splits = new TreeMap<>();
    for (String site : tables.keySet()) {
      splits.put(site, split(site, plan));
    }
    List<Samples> heldOut = splits.values().stream().map(HoldOut.Split::heldOut).toList();
    SortedMap<String, Double> alone = new TreeMap<>();
    OnnxModel model = PlannedModel.of(plan.model().orElseThrow(), plan.seed());
    try (Trainer trainer =
        Engines.named(plan.training().engine().key())
            .open(model, Recipes.of(plan.training()), EngineOptions.DEFAULT)) {
      for (var site : splits.entrySet()) {
        alone.put(site.getKey(), auc(trainer, model, plan, site.getValue().members(), heldOut));
      }
      Samples pool = Samples.pool(splits.values().stream().map(HoldOut.Split::members).toList());
      return new Aucs(auc(trainer, model, plan, pool, heldOut), alone);
    } catch (TrainingException | InvalidModelException | UnsupportedModelException e) {
      throw new CommandFailure("the comparison cannot be trained: " + e.getMessage(), e);
    }
  }

  /// As the site itself divided its persons for this plan.
  private HoldOut.Split split(String site, StudyPlan plan) throws IOException, CommandFailure {
    Path key = federation.site(site).resolve("split.key");
    try (SplitKey splitKey = SplitKey.load(key);
        HoldOut holdOut = splitKey.holdOut(plan.digest(), plan.holdOutFraction())) {
      Table table = tables.get(site);
      if (table == null) {
        throw new IllegalStateException("every site's table was read");
      }
      return holdOut.split(table.samples(), 1);
    } catch (MalformedException | HoldOut.TooSmallException e) {
      throw new CommandFailure(
          "site '%s' cannot be compared: %s".formatted(site, e.getMessage()), e);
    }
  }

  private static double auc(
      Trainer trainer, OnnxModel model, StudyPlan plan, Samples members, List<Samples> heldOut)
      throws TrainingException, InterruptedException {
    trainer.load(model.initialVector());
    TrainingSet set =
        new TrainingSet(members.features(), members.rows(), members.width(), members.labels());
    for (int round = 1; round <= plan.rounds(); round++) {
      trainer.load(trainer.vector()); // as in a federated round, the optimiser starts afresh
      trainer.train(set, plan.training().epochs(), new Seed(plan.seed(), round), Progress.NONE);
    }
    List<Double> aucs = new ArrayList<>();
    for (Samples persons : heldOut) {
      aucs.add(Metrics.of(trainer.outputs(persons.features(), persons.rows()), persons).auc());
    }
    return aucs.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}

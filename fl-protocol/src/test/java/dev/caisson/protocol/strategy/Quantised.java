package dev.caisson.protocol.strategy;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.aggregate.ChunkStore;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.encoding.Quantiser;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.SortedMap;

/// The sum of a training round as secure aggregation opens it: each site's input through the real
/// quantiser, added up. Masks, which cancel exactly, are left out.
final class Quantised {
  private Quantised() {}

  static Aggregate sum(StudyPlan plan, int round, SortedMap<String, float[]> updates) {
    int length = updates.values().iterator().next().length;
    RoundManifest manifest =
        new RoundManifest(
            "small",
            round,
            Purpose.TRAIN.label(),
            Digest.ofText("state " + round),
            RoundVectors.config(plan, Purpose.TRAIN),
            plan.sites(),
            plan.aggregation().threshold(),
            RoundVectors.training(plan, length),
            RoundVectors.weights(plan),
            Digest.ofText("nonce " + round),
            0,
            1000,
            plan.aggregation().signatures());
    Layout layout = manifest.layout();
    ChunkStore store = ChunkStore.inMemory(layout.chunks());
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      Lanes sum = Lanes.of(layout, layout.lanesIn(chunk));
      for (var site : updates.entrySet()) {
        Input input =
            Input.weighing(1)
                .with(RoundVectors.UPDATE, site.getValue())
                .with(RoundVectors.LOSS, 0.5)
                .with(RoundVectors.AUC, 0.5);
        Lanes own = Lanes.of(layout, layout.lanesIn(chunk));
        try (Secret coins = Secret.taking(Digest.ofText(site.getKey() + round).bytes().clone());
            Quantiser quantiser = new Quantiser(manifest, input, coins)) {
          quantiser.encode(chunk, own);
        }
        sum.addAll(own, true);
      }
      store.put(chunk, sum.pack());
    }
    return switch (Aggregate.of(manifest, new ArrayList<>(updates.keySet()), store)) {
      case Aggregate.Checked.Plausible(Aggregate aggregate) -> aggregate;
      case Aggregate.Checked.Implausible(var fault) -> throw new AssertionError(fault);
    };
  }
}

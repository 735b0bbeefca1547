package dev.caisson.airlock;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.dossier.FederatedDossier;
import dev.caisson.airlock.dossier.NotRun;
import dev.caisson.airlock.dossier.Training;
import dev.caisson.airlock.federated.FederatedAuditPlan;
import dev.caisson.airlock.federated.FederatedEvidence;
import dev.caisson.airlock.federated.InconsistentSumsException;
import dev.caisson.airlock.federated.SiteEvidence;
import dev.caisson.airlock.rows.RowScanCount;
import dev.caisson.airlock.scan.FileScan;
import dev.caisson.trust.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Whole audits of invented people at two sites, from seed to dossier.
public final class Audits {
  public static final byte[] MODEL =
      "the model's bytes".repeat(400).getBytes(StandardCharsets.UTF_8);
  public static final Instant THEN = Instant.parse("2026-03-01T12:00:00Z");

  private Audits() {}

  /// Two sites of `members` and `heldOut` persons each; members' phi is `lead` higher on average.
  public static Dossier dossier(int members, int heldOut, double lead, long rowHits) {
    return new FederatedDossier(fileScan(), evidence(members, heldOut, lead, rowHits), 2.5)
        .write("breast-cancer-mlp", training(), NotRun.ofFederatedAudit(), THEN);
  }

  public static FileScan fileScan() {
    return new FileScan(
        Digest.of(MODEL),
        MODEL.length,
        List.of(
            Finding.pass("file.size", "6800 bytes"),
            Finding.pass("model.domains", "only operators of the ONNX standard"),
            Finding.warn(
                "text.metadata", "17 characters of free text: read them", "<script>&\"'")));
  }

  public static FederatedEvidence evidence(int members, int heldOut, double lead, long rowHits) {
    FederatedAuditPlan plan = FederatedAuditPlan.forClassifier(Task.BINARY);
    Random random = new Random(17);
    long[] sum = new long[plan.length()];
    for (int site = 0; site < 2; site++) {
      long[] values =
          SiteEvidence.of(
                  plan,
                  people(random, members, 0.6 + lead),
                  people(random, heldOut, 0.6),
                  new RowScanCount(members, 0, site == 0 ? rowHits : 0, 0))
              .values();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values[i];
      }
    }
    try {
      return FederatedEvidence.from(plan, sum, 2);
    } catch (InconsistentSumsException e) {
      throw new AssertionError("honest sites' sums are consistent", e);
    }
  }

  public static Training training() {
    return new Training(
        "breast-cancer-recurrence",
        Digest.ofText("plan"),
        Digest.ofText("first weights"),
        Digest.of(MODEL),
        List.of("rotterdam-early", "rotterdam-late", "gbsg"),
        2,
        List.of(Digest.ofText("round 1"), Digest.ofText("round 2")),
        "FedAvg, 20 rounds, PyTorch engine, SGD 0.05, batch 32 <b>",
        new TreeMap<>(Map.of("gbsg", Digest.ofText("seed"))),
        "caisson 0.1.0",
        THEN);
  }

  private static Predictions people(Random random, int count, double level) {
    float[] logits = new float[count];
    float[] labels = new float[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
      double phi = level + 1.3 * random.nextGaussian();
      logits[i] = (float) (labels[i] == 1 ? phi : -phi);
    }
    return new Predictions(Task.BINARY, 1, logits, labels);
  }
}

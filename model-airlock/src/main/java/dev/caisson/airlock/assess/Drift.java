package dev.caisson.airlock.assess;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.attack.Inputs;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.mapping.Prepared;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.score.ModelSession;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How far canonical form and fresh low bits moved the model's outputs: on the first rows, the
/// largest difference beside the outputs' own spread. More than a thousandth of it warns: the
/// researcher would then get another model than the one described.
final class Drift {
  private static final int ROWS = 1_000;
  private static final double MOST = 1e-3;

  private Drift() {}

  static Check check(byte[] before, Prepared rows, Answers answers, Optional<String> output)
      throws InvalidModelException {
    Inputs encoded = rows.encoded();
    int count = Math.min(ROWS, encoded.rows());
    float[] some = Arrays.copyOf(encoded.values(), count * encoded.width());
    float[] old;
    try (ModelSession session = ModelSession.open(before, output, 1)) {
      old = session.score(some, count, rows.texts());
    }
    double largest = 0;
    double mean = 0;
    double squares = 0;
    for (int i = 0; i < old.length; i++) {
      largest = Math.max(largest, Math.abs((double) old[i] - answers.outputs()[i]));
      mean += (double) old[i] / old.length;
      squares += (double) old[i] * old[i] / old.length;
    }
    double spread = Math.sqrt(Math.max(0, squares - mean * mean));
    double share = largest == 0 ? 0 : largest / Math.max(spread, 1e-12);
    boolean moved = !(share <= MOST); // NaN too
    return new Check(
        "weights.outputs",
        moved ? Finding.Status.WARN : Finding.Status.PASS,
        Double.isFinite(share) ? share : null,
        null,
        MOST,
        Double.isFinite(share)
            ? String.format(
                Locale.ROOT,
                "fresh low bits and canonical form move the outputs of %,d rows by at most %.2g of their spread",
                count,
                share)
            : "what fresh low bits and canonical form do is not known: some outputs are not finite");
  }
}

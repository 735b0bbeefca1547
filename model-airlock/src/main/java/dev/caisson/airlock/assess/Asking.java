package dev.caisson.airlock.assess;

import dev.caisson.airlock.attack.Inputs;
import dev.caisson.airlock.attack.Oracle;
import dev.caisson.airlock.mapping.Prepared;
import dev.caisson.runtime.score.ModelInput;
import dev.caisson.runtime.score.ModelSession;
import java.util.ArrayList;
import java.util.List;

/// The model as attackers ask it about rows of their own making. What a disturbed cell holds is
/// brought to the nearest that the model takes: whole numbers are rounded, codes of texts stay
/// within their dictionary. One thread at a time, as the session.
final class Asking implements Oracle {
  private final ModelSession session;
  private final Prepared rows;
  private final List<ModelInput.Kind> kinds = new ArrayList<>(); // of each position

  Asking(ModelSession session, Prepared rows) {
    this.session = session;
    this.rows = rows;
    for (ModelInput input : session.inputs()) {
      for (int i = 0; i < input.width(); i++) {
        kinds.add(input.kind());
      }
    }
  }

  @Override
  public float[] outputs(Inputs changed, int[] origins) {
    float[] cells = changed.values();
    if (kinds.stream().anyMatch(kind -> kind != ModelInput.Kind.NUMBER)) {
      cells = cells.clone();
    }
    for (int position = 0; position < kinds.size(); position++) {
      ModelInput.Kind kind = kinds.get(position);
      if (kind == ModelInput.Kind.NUMBER) {
        continue;
      }
      float most =
          switch (kind) {
            case TEXT -> rows.texts().get(position).size() - 1;
            case FLAG -> 1;
            case NUMBER, WHOLE -> Float.MAX_VALUE;
          };
      float least = kind == ModelInput.Kind.WHOLE ? -Float.MAX_VALUE : 0;
      for (int at = position; at < cells.length; at += kinds.size()) {
        cells[at] = Math.clamp((float) Math.rint(cells[at]), least, most); // NaN stays
      }
    }
    return session.score(cells, changed.rows(), rows.texts());
  }
}

package dev.caisson.secagg.encoding;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.secret.Secret;

/// What a quantiser makes of an input, for tests: every lane of every chunk, as a signed number.
final class Encoded {
  private Encoded() {}

  static long[] lanes(RoundManifest manifest, Input input, long seed) {
    Layout layout = manifest.layout();
    long[] values = new long[layout.lanes()];
    try (Secret key = Secret.random(Secret.BYTES, new SeededRandom(seed));
        Quantiser quantiser = new Quantiser(manifest, input, key)) {
      for (int chunk = 0; chunk < layout.chunks(); chunk++) {
        Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
        quantiser.encode(chunk, lanes);
        for (int i = 0; i < lanes.count(); i++) {
          values[layout.firstLane(chunk) + i] = layout.lift(lanes.get(i));
        }
      }
    }
    return values;
  }
}

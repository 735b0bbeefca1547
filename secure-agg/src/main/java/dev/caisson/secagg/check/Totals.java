package dev.caisson.secagg.check;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.sharing.PrimeField;
import dev.caisson.trust.MalformedException;
import java.util.List;
import java.util.Optional;

/// Sums of uploads over the integers: how they travel, which rounds have one, and one chunk of it.
public final class Totals {
  private Totals() {}

  /// Whether a round's sum is to be checked, as both sides know from its manifest: the total fits
  /// whoever survives, and the graph is complete: over a sparse one no site holds what the members
  /// of U2 signed, and confirmations are of a member's own pairs alone.
  public static boolean isDue(RoundManifest manifest) {
    return manifest.topology() instanceof Topology.Complete
        && layout(manifest.layout(), manifest.cohort().size()).isPresent();
  }

  /// The lanes of a sum over so many uploads: of `bitlength(n (2^b - 1))` bits, nothing where that
  /// is more than 60, since a difference of two sums could then be 0 modulo 2^61 - 1.
  public static Optional<Layout> layout(Layout upload, int survivors) {
    long most = (1L << upload.bits()) - 1;
    if (survivors < 1 || most > PrimeField.MERSENNE_61.modulus() / 2 / survivors) {
      return Optional.empty();
    }
    return Optional.of(
        new Layout(upload.lanes(), Long.SIZE - Long.numberOfLeadingZeros(most * survivors)));
  }

  /// The largest entry of a sum over so many uploads.
  static long most(Layout upload, int survivors) {
    return Math.multiplyExact((1L << upload.bits()) - 1, survivors);
  }

  /// The packed sum of one packed chunk of each upload.
  public static byte[] chunk(Layout upload, Layout total, int chunk, List<byte[]> uploads)
      throws MalformedException {
    int count = upload.lanesIn(chunk);
    Lanes one = Lanes.of(upload, count);
    Lanes wide = Lanes.of(total, count);
    for (byte[] packed : uploads) {
      one.unpack(packed);
      wide.addResidues(one);
    }
    return wide.pack();
  }
}

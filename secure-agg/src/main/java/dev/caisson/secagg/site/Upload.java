package dev.caisson.secagg.site;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.encoding.Fingerprint;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.encoding.Quantiser;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.masking.Scratch;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Kdf;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.util.ArrayList;
import java.util.List;

/// The masked vector, chunk by chunk: memory is O(chunk) and one digest per chunk. It is made
/// twice: once to sign its root before anything leaves, once to send it. A chunk that is made again
/// has the same bytes; should the caller's arrays have changed in the meantime, it is refused
/// instead, since two vectors under one mask give their difference away.
public final class Upload implements AutoCloseable {
  private final Layout layout;
  private final Quantiser quantiser;
  private final List<Mask> masks;
  private final List<Digest> leaves;
  private final Signed<UploadStatement> header;
  private final Digest fingerprint;
  private boolean closed;

  private Upload(
      Layout layout,
      Quantiser quantiser,
      List<Mask> masks,
      List<Digest> leaves,
      Signed<UploadStatement> header,
      Digest fingerprint) {
    this.layout = layout;
    this.quantiser = quantiser;
    this.masks = masks;
    this.leaves = leaves;
    this.header = header;
    this.fingerprint = fingerprint;
  }

  /// Reads the whole input once.
  static Upload prepare(SiteContext context, MaskingSecrets secrets, Input input, Secret coins) {
    Layout layout = context.manifest.layout();
    Quantiser quantiser;
    try (Secret rounding = derive(coins, "kdf/rounding")) {
      quantiser = new Quantiser(context.manifest, input, rounding);
    }
    List<Mask> masks = new ArrayList<>();
    Scratch scratch = new Scratch();
    masks.add(Mask.ofSelf(secrets.selfMask, secrets.d1, true, scratch));
    secrets.pairSeeds.forEach(
        (peer, seed) -> masks.add(Mask.ofPair(seed, secrets.d1, context.self < peer, scratch)));
    List<Digest> leaves = new ArrayList<>(layout.chunks());
    try (Secret key = derive(coins, "kdf/fingerprint")) {
      Fingerprint fingerprint = new Fingerprint(key, layout);
      for (int chunk = 0; chunk < layout.chunks(); chunk++) {
        Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
        quantiser.encode(chunk, lanes);
        fingerprint.add(lanes);
        leaves.add(Digest.of(masked(layout, masks, chunk, lanes)));
      }
      Signed<UploadStatement> header =
          context.sign(
              new UploadStatement(
                  context.own(secrets.d2),
                  UploadStatement.root(leaves),
                  secrets.pairSeeds.values().stream().map(UploadStatement::confirmation).toList()));
      return new Upload(layout, quantiser, masks, leaves, header, fingerprint.digest());
    }
  }

  private static Secret derive(Secret coins, String use) {
    return Kdf.derive(coins, new FieldWriter(Suite.DOMAIN + use).toBytes(), Secret.BYTES);
  }

  private static byte[] masked(Layout layout, List<Mask> masks, int chunk, Lanes lanes) {
    for (Mask mask : masks) {
      mask.apply(layout, chunk, lanes);
    }
    return lanes.pack();
  }

  /// The signed statement over all chunks.
  public Signed<UploadStatement> header() {
    return header;
  }

  public int chunkCount() {
    return layout.chunks();
  }

  /// The packed, masked bytes of chunk `index`, of the length that the manifest's layout says.
  public byte[] chunk(int index) {
    if (closed) {
      throw new IllegalStateException("this upload is closed");
    }
    Lanes lanes = Lanes.of(layout, layout.lanesIn(index));
    quantiser.encode(index, lanes);
    byte[] packed = masked(layout, masks, index, lanes);
    if (!Digest.of(packed).equals(leaves.get(index))) {
      close();
      throw new IllegalStateException(
          "the input changed after chunk %d was made; the upload stops".formatted(index));
    }
    return packed;
  }

  /// Tells equal quantised inputs from different ones, to this site alone.
  Digest fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    closed = true;
    quantiser.close();
    masks.forEach(Mask::close);
  }

  @Override
  public String toString() {
    return "Upload[redacted]";
  }
}

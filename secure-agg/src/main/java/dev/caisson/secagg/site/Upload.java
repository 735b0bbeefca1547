package dev.caisson.secagg.site;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.encoding.Quantiser;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The masked vector, chunk by chunk: memory is O(chunk) and one digest per chunk. A chunk can be
/// made again for resending and then has the same bytes; should the caller's arrays have changed in
/// the meantime, it is refused instead, since two vectors under one mask give their difference
/// away.
///
/// Sending all chunks in order and then [#header] masks once; asking for the header first masks
/// twice.
public final class Upload implements AutoCloseable {
  private final SiteContext context;
  private final MaskingSecrets secrets;
  private final Layout layout;
  private final Quantiser quantiser;
  private final List<Mask> masks = new ArrayList<>();
  private final @Nullable Digest[] leaves;
  private @Nullable Signed<UploadStatement> header;
  private boolean closed;

  Upload(SiteContext context, MaskingSecrets secrets, Input input) {
    this.context = context;
    this.secrets = secrets;
    this.layout = context.manifest.layout();
    try (Secret rounding = Secret.random(Secret.BYTES, context.random)) {
      this.quantiser = new Quantiser(context.manifest, input, rounding);
    }
    this.leaves = new Digest[layout.chunks()];
    byte[] scratch = Mask.scratch();
    masks.add(Mask.ofSelf(secrets.selfMask, secrets.d1, true, scratch));
    secrets.pairSeeds.forEach(
        (peer, seed) -> masks.add(Mask.ofPair(seed, secrets.d1, context.self < peer, scratch)));
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
    for (Mask mask : masks) {
      mask.apply(layout, index, lanes);
    }
    byte[] packed = lanes.pack();
    Digest leaf = Digest.of(packed);
    if (leaves[index] != null && !leaf.equals(leaves[index])) {
      close();
      throw new IllegalStateException(
          "the input changed after chunk %d was made; the upload stops".formatted(index));
    }
    leaves[index] = leaf;
    return packed;
  }

  /// The signed statement over all chunks.
  public Signed<UploadStatement> header() {
    if (header == null) {
      List<Digest> all = new ArrayList<>(leaves.length);
      for (int i = 0; i < leaves.length; i++) {
        if (leaves[i] == null) {
          chunk(i);
        }
        all.add(requireMade(leaves[i]));
      }
      header =
          context.sign(
              new UploadStatement(
                  context.own(secrets.d2),
                  UploadStatement.root(all),
                  secrets.pairSeeds.values().stream().map(UploadStatement::confirmation).toList()));
    }
    return header;
  }

  /// The header, if it was asked for.
  Optional<Signed<UploadStatement>> sentHeader() {
    return Optional.ofNullable(header);
  }

  private static Digest requireMade(@Nullable Digest leaf) {
    if (leaf == null) {
      throw new IllegalStateException("chunk() sets its leaf");
    }
    return leaf;
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

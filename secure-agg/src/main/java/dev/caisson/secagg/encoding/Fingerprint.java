package dev.caisson.secagg.encoding;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA256 over a quantised vector, as numbers, so that the size of the cohort does not enter:
/// one over each chunk, in any order, and one over those. Keyed, because a bare hash of an unmasked
/// input lets whoever reads it test guesses. One thread at a time.
public final class Fingerprint {
  private static final byte CHUNK = 0;
  private static final byte WHOLE = 1;

  private final Mac mac;
  private final int width;
  private final byte[] numbers;

  /// The key stays the caller's to wipe.
  public Fingerprint(Secret key, RoundManifest manifest) {
    this.width = width(manifest);
    this.numbers = new byte[manifest.layout().lanesIn(0) * width];
    this.mac =
        key.lend(
            bytes -> {
              try {
                Mac made = Mac.getInstance("HmacSHA256");
                made.init(new SecretKeySpec(bytes, "HmacSHA256"));
                return made;
              } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has HmacSHA256", e);
              }
            });
  }

  /// Bytes that hold any number of one site's vector; says nothing about how many sites there are.
  private static int width(RoundManifest manifest) {
    long most =
        manifest.weights() instanceof Weights.Total total
            ? Math.max(manifest.vector().max(), total.maximum())
            : manifest.vector().max();
    return most <= Integer.MAX_VALUE ? Integer.BYTES : Long.BYTES;
  }

  /// A chunk's, before it is masked.
  public Digest ofChunk(Lanes chunk) {
    chunk.lifts(numbers, width);
    mac.update(CHUNK);
    mac.update(numbers, 0, chunk.count() * width);
    Arrays.fill(numbers, 0, chunk.count() * width, (byte) 0);
    return Digest.ofBytes(mac.doFinal());
  }

  /// That of the whole vector, from those of its chunks in order.
  public Digest ofAll(List<Digest> chunks) {
    mac.update(WHOLE);
    chunks.forEach(chunk -> mac.update(chunk.bytes()));
    return Digest.ofBytes(mac.doFinal());
  }

  @Override
  public String toString() {
    return "Fingerprint[redacted]";
  }
}

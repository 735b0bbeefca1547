package dev.caisson.secagg.encoding;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA256 over a quantised vector, as numbers, so that the size of the cohort does not enter.
/// Keyed, because a bare hash of an unmasked input lets whoever reads it test guesses.
public final class Fingerprint {
  private final Mac mac;
  private final Layout layout;
  private final ByteBuffer buffer = ByteBuffer.allocate(Layout.CHUNK_LANES * Long.BYTES);

  /// The key stays the caller's to wipe.
  public Fingerprint(Secret key, Layout layout) {
    this.layout = layout;
    byte[] bytes = key.bytes();
    try {
      this.mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /// Takes the next chunk, before it is masked.
  public void add(Lanes chunk) {
    buffer.clear();
    for (int i = 0; i < chunk.count(); i++) {
      buffer.putLong(layout.lift(chunk.get(i)));
    }
    mac.update(buffer.array(), 0, buffer.position());
  }

  /// The fingerprint of all chunks; the end of this object's use.
  public Digest digest() {
    Arrays.fill(buffer.array(), (byte) 0);
    return Digest.ofBytes(mac.doFinal());
  }
}

package dev.caisson.dataset;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Which persons one study holds out of training, decided by a secret seed and committed to before
/// training begins. A person is held out if HMAC-SHA256(seed, id), read as a number in [0, 1), is
/// below the fraction: so it depends on nothing but seed and id, not on other rows or their order.
///
/// Not guaranteed: an exact share (each person is a coin of its own, so the share varies by about
/// √(f(1−f)/n)); that two spellings of one person's id fall on one side. Whoever knows the seed
/// knows who was held out: it never leaves the site. Thread-safe; close it when the study ends.
public final class HoldOut implements AutoCloseable {
  static final int SEED_BYTES = 32;
  private static final String COMMITMENT = "caisson/dataset/v1/hold-out-commitment";
  private static final String PERSON = "caisson/dataset/v1/hold-out-person";

  private final byte[] seed;
  private final double fraction;
  private boolean closed;

  /// Members train; the held out are their comparison.
  public record Split(Samples members, Samples heldOut) {}

  /// A split that would leave one side without enough persons to judge anything by.
  public static final class TooSmallException extends Exception {
    private final int members;
    private final int heldOut;

    TooSmallException(int members, int heldOut, int atLeast) {
      super(
          ("the hold-out leaves %d persons to train on and %d held out, and at least %d are needed on"
                  + " each side; use a larger table or another fraction")
              .formatted(members, heldOut, atLeast));
      this.members = members;
      this.heldOut = heldOut;
    }

    public int members() {
      return members;
    }

    public int heldOut() {
      return heldOut;
    }
  }

  /// @param seed 32 secret bytes; copied
  /// @param fraction the chance of each person to be held out, above 0 and at most 0.5
  HoldOut(byte[] seed, double fraction) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("a seed has 32 bytes, got " + seed.length);
    }
    if (!(fraction > 0 && fraction <= 0.5)) {
      throw new IllegalArgumentException(
          "the held-out fraction is above 0 and at most 0.5, got " + fraction);
    }
    this.seed = seed.clone();
    this.fraction = fraction;
  }

  public double fraction() {
    return fraction;
  }

  /// What the site publishes before training: it binds seed and fraction and tells nothing of them,
  /// as the seed has 256 random bits.
  public synchronized Digest commitment() {
    checkOpen();
    return new FieldWriter(COMMITMENT).bytes(seed).real(fraction).toDigest();
  }

  public synchronized boolean holdsOut(String id) {
    checkOpen();
    return isBelowFraction(hmac(seed), id);
  }

  /// Divides the rows, keeping their order on each side.
  ///
  /// @param atLeast the fewest persons on either side, 1 or more
  public synchronized Split split(Samples samples, int atLeast) throws TooSmallException {
    checkOpen();
    if (atLeast < 1) {
      throw new IllegalArgumentException("each side needs at least 1 person, got " + atLeast);
    }
    Mac mac = hmac(seed);
    boolean[] out = new boolean[samples.rows()];
    for (int row = 0; row < out.length; row++) {
      out[row] = isBelowFraction(mac, samples.ids().get(row));
    }
    int[] heldOut = IntStream.range(0, out.length).filter(row -> out[row]).toArray();
    int[] members = IntStream.range(0, out.length).filter(row -> !out[row]).toArray();
    if (members.length < atLeast || heldOut.length < atLeast) {
      throw new TooSmallException(members.length, heldOut.length, atLeast);
    }
    return new Split(samples.select(members), samples.select(heldOut));
  }

  @Override
  public synchronized void close() {
    Arrays.fill(seed, (byte) 0);
    closed = true;
  }

  @Override
  public String toString() {
    return "HoldOut[fraction %s, secret seed]".formatted(Plain.number(fraction));
  }

  static Mac hmac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform must have HmacSHA256", e);
    }
  }

  /// The first 53 bits as a double in [0, 1): exact, so every platform decides alike.
  private boolean isBelowFraction(Mac mac, String id) {
    byte[] tag = mac.doFinal(new FieldWriter(PERSON).text(id).toBytes());
    long bits = ByteBuffer.wrap(tag).getLong() >>> 11;
    return bits * 0x1p-53 < fraction;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this hold-out was closed");
    }
  }
}

package dev.caisson.secagg.check;

import dev.caisson.secagg.Suite;
import dev.caisson.secagg.masking.KeyStream;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.PrimeField;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/// The two vectors r1, r2 that follow from D3 and H(Y), and the tag of one vector that is given
/// piece by piece, in any order. Nobody can name them before D3 and Y are fixed.
///
/// Lane i takes block i of an AES-256-CTR stream under rho = H(D3, H(Y)): the first 8 bytes,
/// little-endian and modulo p = 2^61 - 1, for r1, the last 8 for r2. A residue has 8 or, for the
/// first 8 of them, 9 preimages among 2^64: with both coordinates a wrong entry passes with less
/// than 2^-121.6, where an exact uniform choice would give 2^-122. Memory is a few KiB. One thread
/// at a time; several may each have a part of the vector, since [Tag]s add up.
public final class Challenge implements AutoCloseable {
  private static final long P = PrimeField.MERSENNE_61.modulus();
  private static final int BLOCK = 16;
  private static final int PIECE = 512;

  private final KeyStream stream;
  private final byte[] bytes = new byte[PIECE * BLOCK];
  private final LongBuffer words =
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  private final long[] coefficients = new long[2 * PIECE];
  private final long[] entries = new long[PIECE];
  private long first;
  private long second;

  public Challenge(Digest d3, Digest total) {
    try (Secret rho =
        Secret.taking(
            new FieldWriter(Suite.DOMAIN + "check/challenge")
                .digest(d3)
                .digest(total)
                .toDigest()
                .bytes())) {
      this.stream = new KeyStream(rho);
    }
  }

  /// Takes the lanes of a chunk whose first is lane `from` of the vector. Entries are below 2^60.
  public void add(long from, Lanes lanes) {
    for (int at = 0; at < lanes.count(); at += PIECE) {
      int size = Math.min(PIECE, lanes.count() - at);
      lanes.copyTo(at, entries, size);
      stream.fill((from + at) * BLOCK, bytes, size * BLOCK);
      words.get(0, coefficients, 0, 2 * size);
      add(size);
    }
  }

  private void add(int size) {
    long one = first;
    long two = second;
    int i = 0;
    for (; i + 4 <= size; i += 4) {
      long y0 = entries[i];
      long y1 = entries[i + 1];
      long y2 = entries[i + 2];
      long y3 = entries[i + 3];
      int r = 2 * i;
      one =
          fold(
              one
                  + product(coefficients[r], y0)
                  + product(coefficients[r + 2], y1)
                  + product(coefficients[r + 4], y2)
                  + product(coefficients[r + 6], y3));
      two =
          fold(
              two
                  + product(coefficients[r + 1], y0)
                  + product(coefficients[r + 3], y1)
                  + product(coefficients[r + 5], y2)
                  + product(coefficients[r + 7], y3));
    }
    for (; i < size; i++) {
      one = fold(one + product(coefficients[2 * i], entries[i]));
      two = fold(two + product(coefficients[2 * i + 1], entries[i]));
    }
    first = one;
    second = two;
  }

  /// `word * entry` modulo p, not reduced: below 3 * 2^60 for an entry below 2^60, so that four of
  /// them and what [#fold] leaves stay below 2^64.
  private static long product(long word, long entry) {
    long r = fold(word);
    long low = r * entry;
    long high = Math.multiplyHigh(r, entry); // 2^64 is 8 modulo p
    return (low & P) + (high << 3 | low >>> 61);
  }

  /// The same modulo p, at most p + 7.
  private static long fold(long word) {
    return (word & P) + (word >>> 61);
  }

  /// The tag of what was given so far.
  public Tag tag() {
    return new Tag(reduced(first), reduced(second));
  }

  private static long reduced(long value) {
    return value >= P ? value - P : value;
  }

  @Override
  public void close() {
    stream.close();
  }
}

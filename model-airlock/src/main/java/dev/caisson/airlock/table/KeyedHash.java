package dev.caisson.airlock.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// SipHash-2-4 (Aumasson and Bernstein, 2012): 64 bits a text under a secret key, so that nobody
/// who writes a table can make two persons one on purpose. By chance, among n persons some two are
/// taken for one with a probability of at most n²/2^65: 3 in 10^8 for a million.
final class KeyedHash {
  private final long key0;
  private final long key1;

  KeyedHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  static KeyedHash fresh() {
    SecureRandom random = new SecureRandom();
    return new KeyedHash(random.nextLong(), random.nextLong());
  }

  long of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  long of(byte[] bytes) {
    long[] v = {
      key0 ^ 0x736f6d6570736575L,
      key1 ^ 0x646f72616e646f6dL,
      key0 ^ 0x6c7967656e657261L,
      key1 ^ 0x7465646279746573L
    };
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (words.remaining() >= Long.BYTES) {
      absorb(v, words.getLong());
    }
    long last = (long) bytes.length << 56;
    for (int shift = 0; words.hasRemaining(); shift += 8) {
      last |= (words.get() & 0xffL) << shift;
    }
    absorb(v, last);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++) {
      round(v);
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
  }

  private static void absorb(long[] v, long word) {
    v[3] ^= word;
    round(v);
    round(v);
    v[0] ^= word;
  }

  private static void round(long[] v) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
    v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
    v[0] = Long.rotateLeft(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
    v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
    v[2] = Long.rotateLeft(v[2], 32);
  }
}

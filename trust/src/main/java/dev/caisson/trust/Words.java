package dev.caisson.trust;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Digests as English words, so that two people can compare them by telephone: the encoding of
/// BIP-39 (github.com/bitcoin/bips, bip-0039), 11 bits a word from 2048 words that differ in their
/// first four letters, the last word carrying a checksum that catches most slips of the tongue.
///
/// [#ofOne] has 12 words for 128 bits: who wants another identity with the words of a given one
/// tries 2^128 keys. It must not be used for anything that both sides of a comparison could have
/// been given by one liar, who would look for *any* two with the same words and need 2^64 tries;
/// that is what [#ofAll] is for, whose 24 words hold the whole digest (2^128 tries).
public final class Words {
  private static final int BITS = 11;
  private static final List<String> LIST = read();

  private Words() {}

  /// The first 128 bits of a digest in 12 words.
  public static String ofOne(Digest digest) {
    return encode(Arrays.copyOf(digest.bytes(), 16));
  }

  /// A whole digest in 24 words.
  public static String ofAll(Digest digest) {
    return encode(digest.bytes());
  }

  /// Reads what [#ofAll] wrote, in any case and spacing; empty if it is anything else.
  public static Optional<Digest> parseAll(String text) {
    String[] words = text.strip().toLowerCase(Locale.ROOT).split("\\s+", 26);
    if (words.length != 24) {
      return Optional.empty();
    }
    byte[] bits = new byte[Digest.BYTES + 1];
    for (int i = 0; i < words.length; i++) {
      int at = LIST.indexOf(words[i]);
      if (at < 0) {
        return Optional.empty();
      }
      for (int bit = 0; bit < BITS; bit++) {
        if ((at >> (BITS - 1 - bit) & 1) == 1) {
          int place = i * BITS + bit;
          bits[place / 8] |= (byte) (0x80 >> place % 8);
        }
      }
    }
    Digest digest = Digest.ofBytes(Arrays.copyOf(bits, Digest.BYTES));
    return checksum(digest.bytes()) == bits[Digest.BYTES] ? Optional.of(digest) : Optional.empty();
  }

  /// `bytes` has 16 or 32 bytes; 4 or 8 bits of its own digest follow.
  private static String encode(byte[] bytes) {
    byte[] bits = Arrays.copyOf(bytes, bytes.length + 1);
    bits[bytes.length] = checksum(bytes);
    int count = bytes.length * 8 * 33 / 32 / BITS;
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int word = 0;
      for (int bit = 0; bit < BITS; bit++) {
        int place = i * BITS + bit;
        int next = (bits[place / 8] >> (7 - place % 8)) & 1;
        word = (word << 1) | next;
      }
      out.append(i == 0 ? "" : " ").append(LIST.get(word));
    }
    return out.toString();
  }

  private static byte checksum(byte[] bytes) {
    return Digest.of(bytes).bytes()[0];
  }

  private static List<String> read() {
    try (InputStream in = Words.class.getResourceAsStream("words.txt")) {
      if (in == null) {
        throw new IllegalStateException("words.txt is packed beside this class");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read our own words.txt", e);
    }
  }
}

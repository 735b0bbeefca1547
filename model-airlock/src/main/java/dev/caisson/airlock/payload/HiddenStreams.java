package dev.caisson.airlock.payload;

import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Whole deflate streams and well-known file headings among low bytes, at any position.
///
/// A stream counts if it unpacks to its end (or to 64 KiB) after at least 400 packed bytes, to at
/// least 1.3 times as many. Random bytes do not get that far: a block of fixed codes meets an
/// impossible distance, an unused length or its end, a block of dynamic codes needs a complete set
/// of code lengths. A stored block needs only a 16-bit complement, one position in 2^18 has one:
/// that is what the ratio is for. `WeightPayloadTest` measures the longest chance stream of 3
/// million positions. Headings are 6 bytes or more: chance 2^-48 at each position.
final class HiddenStreams {
  static final int SHORTEST = 400;
  private static final double LEAST_RATIO = 1.3;
  private static final int MOST_UNPACKED = 1 << 16;
  private static final String[] HEADINGS = {
    "PK\u0003\u0004\u0014\u0000",
    "\u0089PNG\r\n",
    "%PDF-1.",
    "\u007fELF\u0002\u0001\u0001",
    "7z\u00bc\u00af'\u001c",
    "\u00fd7zXZ\u0000",
    "SQLite",
    "\u0089HDF\r\n"
  };

  private HiddenStreams() {}

  /// What was found first, and where.
  static Optional<String> in(byte[] bytes) {
    Inflater inflater = new Inflater(true);
    try {
      byte[] out = new byte[4096];
      for (int at = 0; at + 6 <= bytes.length; at++) {
        Optional<String> heading = heading(bytes, at);
        if (heading.isPresent()) {
          return heading;
        }
        boolean possible = bytes.length - at >= SHORTEST && DeflateStart.possible(bytes, at);
        if (possible && packed(inflater, bytes, at, out) >= SHORTEST) {
          return Optional.of("a deflate stream from number %d on".formatted(at));
        }
      }
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  /// Packed bytes of a stream that starts here and unpacks to its end (or beyond 64 KiB), to 1.3
  /// times as many or more; 0 if there is none.
  static int packed(Inflater inflater, byte[] bytes, int at, byte[] out) {
    inflater.reset();
    inflater.setInput(bytes, at, bytes.length - at);
    try {
      while (!inflater.finished()) {
        if (inflater.inflate(out) == 0 && !inflater.finished()) {
          return 0;
        }
        if (inflater.getBytesWritten() > MOST_UNPACKED) {
          break;
        }
      }
      boolean packs = inflater.getBytesWritten() >= LEAST_RATIO * inflater.getBytesRead();
      return packs ? (int) inflater.getBytesRead() : 0;
    } catch (DataFormatException e) {
      return 0; // not a stream: the usual case
    }
  }

  private static Optional<String> heading(byte[] bytes, int at) {
    for (String heading : HEADINGS) {
      int length = heading.length();
      boolean same = at + length <= bytes.length;
      for (int i = 0; same && i < length; i++) {
        same = (bytes[at + i] & 0xff) == heading.charAt(i);
      }
      if (same) {
        return Optional.of("the heading of a file from number %d on".formatted(at));
      }
    }
    return Optional.empty();
  }
}

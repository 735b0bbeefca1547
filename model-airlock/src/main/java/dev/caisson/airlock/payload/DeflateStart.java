package dev.caisson.airlock.payload;

/// Whether a deflate stream (RFC 1951) could start at a position: a cheap look that turns nearly
/// all random positions away, so that few are given to a real inflater. Turns no stream away that
/// has 400 packed bytes or more, save one that starts with a stored block.
final class DeflateStart {
  private static final int LENGTH_CODES = 19;
  private static final int ENOUGH = 64 * 8;

  private final byte[] bytes;
  private int at;

  private DeflateStart(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at * 8;
  }

  /// At least 400 bytes follow the position.
  static boolean possible(byte[] bytes, int at) {
    DeflateStart start = new DeflateStart(bytes, at);
    boolean last = start.low(1) == 1;
    return switch (start.low(2)) {
      case 1 -> start.fixed(last);
      case 2 -> start.dynamic();
      default -> false; // stored: plain bytes, which other tests see; or no kind at all
    };
  }

  private int low(int count) {
    int value = 0;
    for (int i = 0; i < count; i++, at++) {
      value |= (bytes[at >> 3] >> (at & 7) & 1) << i;
    }
    return value;
  }

  /// Huffman codes come with their highest bit first.
  private int high(int count) {
    int value = 0;
    for (int i = 0; i < count; i++, at++) {
      value = value << 1 | (bytes[at >> 3] >> (at & 7) & 1);
    }
    return value;
  }

  /// Codes of code lengths must fill their space exactly.
  private boolean dynamic() {
    int literals = low(5);
    int distances = low(5);
    if (literals > 29 || distances > 29) {
      return false;
    }
    int count = low(4) + 4;
    int space = 0;
    for (int i = 0; i < Math.min(count, LENGTH_CODES); i++) {
      int length = low(3);
      space += length == 0 ? 0 : 128 >> length;
    }
    return space == 128;
  }

  /// Fixed codes: literals and copies of what is there already, for some 64 bytes.
  private boolean fixed(boolean last) {
    int from = at;
    int out = 0;
    while (at - from < ENOUGH) {
      int symbol = high(7);
      if (symbol <= 23) {
        symbol += 256;
      } else {
        symbol = symbol << 1 | high(1);
        if (symbol >= 200) {
          high(1);
          symbol = 0;
        } else {
          symbol = symbol >= 192 ? symbol + 88 : 0;
        }
      }
      if (symbol == 256) {
        return !last;
      }
      if (symbol == 0) {
        out++;
        continue;
      }
      int length = length(symbol);
      int distance = distance();
      if (length < 0 || distance < 0 || distance > out) {
        return false;
      }
      out += length;
    }
    return true;
  }

  private int length(int symbol) {
    if (symbol > 285) {
      return -1;
    }
    if (symbol < 265 || symbol == 285) {
      return symbol == 285 ? 258 : symbol - 254;
    }
    int extra = (symbol - 261) / 4;
    return ((4 + (symbol - 265) % 4) << extra) + 3 + low(extra);
  }

  private int distance() {
    int code = high(5);
    if (code > 29) {
      return -1;
    }
    int extra = Math.max(0, code / 2 - 1);
    return (code < 4 ? code : (2 + code % 2) << extra) + 1 + low(extra);
  }
}

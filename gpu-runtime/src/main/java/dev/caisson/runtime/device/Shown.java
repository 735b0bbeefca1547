package dev.caisson.runtime.device;

/// Text from elsewhere, made fit for a terminal, a log and JSON: printable ASCII only, and not
/// long.
final class Shown {
  private Shown() {}

  /// Whatever is not printable ASCII becomes `?`; what is beyond `most` characters becomes `...`.
  static String of(String text, int most) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(most)
        .forEach(c -> shown.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
    return text.codePointCount(0, text.length()) > most
        ? shown.append("...").toString()
        : shown.toString();
  }
}

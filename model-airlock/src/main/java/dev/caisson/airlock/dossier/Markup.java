package dev.caisson.airlock.dossier;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// HTML and SVG as text. Whatever is not written literally in our own source goes through [#text],
/// which escapes it; numbers are formatted without regard to the machine's locale.
final class Markup {
  private final StringBuilder out = new StringBuilder();

  /// Our own markup, verbatim.
  Markup raw(String markup) {
    out.append(markup);
    return this;
  }

  /// Our own markup with numbers or our own words in it.
  @SuppressWarnings("AnnotateFormatMethod") // the annotation's library is not worth a dependency
  Markup draw(String format, Object... values) {
    return raw(format(format, values));
  }

  /// The same text on every machine, whatever its language.
  @SuppressWarnings("AnnotateFormatMethod")
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /// Anybody's text, escaped for element content and for quoted attributes.
  Markup text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < ' ' && c != '\n' ? ' ' : c);
      }
    }
    return this;
  }

  /// An element with text in it. `open` is our own: `td class="n"`.
  Markup element(String open, String text) {
    int space = open.indexOf(' ');
    out.append('<').append(open).append('>');
    text(text);
    out.append("</").append(space < 0 ? open : open.substring(0, space)).append('>');
    return this;
  }

  byte[] bytes() {
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}

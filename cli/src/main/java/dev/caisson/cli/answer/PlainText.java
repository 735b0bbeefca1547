package dev.caisson.cli.answer;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/// Words of others on a terminal. Characters that move its cursor, colour it, end a line where none
/// ends or turn the direction of writing are shown as `\\uXXXX`; line breaks and tabs stay. In a
/// JSON object, where they can only stand in a text, that is their escape: its value is unchanged.
///
/// Not guaranteed: that two words that look alike are the same.
public final class PlainText extends FilterWriter {
  private PlainText(Writer out) {
    super(out);
  }

  /// A printer of plain text on this one. Closing it closes this one.
  public static PrintWriter over(Writer out) {
    return new PrintWriter(new PlainText(out), true);
  }

  /// The same of one text.
  public static String of(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      plain.append(shown(text.charAt(i)));
    }
    return plain.toString();
  }

  private static String shown(char c) {
    boolean plain =
        switch (Character.getType(c)) {
          case Character.CONTROL -> c == '\n' || c == '\r' || c == '\t';
          case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
          default -> true;
        };
    return plain ? String.valueOf(c) : "\\u%04x".formatted((int) c);
  }

  @Override
  public void write(int c) throws IOException {
    out.write(shown((char) c));
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    out.write(of(new String(text, from, length)));
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    out.write(of(text.substring(from, from + length)));
  }
}

package dev.caisson.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A UTF-8 file as characters, strictly decoded, without its byte order mark, that stops when one
/// record runs on too long: a quote left open must not pull a whole file into memory. The bound is
/// loose by what the parser reads ahead (8 Ki characters).
final class BoundedText extends Reader {
  private static final int READ_AHEAD = 1 << 14;

  private final Reader in;
  private final int longestRecord;
  private long line = 1;
  private long sinceRecord;
  private boolean started;

  /// Too many characters since the record that began on this line.
  static final class TooLongException extends IOException {
    private final long line;

    TooLongException(long line) {
      super("a record is too long");
      this.line = line;
    }

    long line() {
      return line;
    }
  }

  private BoundedText(Reader in, int longestRecord) {
    this.in = in;
    this.longestRecord = longestRecord;
  }

  static BoundedText open(Path file, int longestRecord) throws IOException {
    return new BoundedText(
        new InputStreamReader(Files.newInputStream(file), decoder()), longestRecord);
  }

  /// Tells that the next record begins on this line.
  void startRecord(long atLine) {
    line = atLine;
    sinceRecord = 0;
  }

  @Override
  public int read(char[] to, int at, int length) throws IOException {
    if (sinceRecord > (long) longestRecord + READ_AHEAD) {
      throw new TooLongException(line);
    }
    int read = in.read(to, at, Math.min(length, READ_AHEAD));
    if (!started && read > 0) {
      started = true;
      if (to[at] == '\uFEFF') {
        System.arraycopy(to, at + 1, to, at, read - 1);
        return read == 1 ? read(to, at, length) : read - 1;
      }
    }
    sinceRecord += Math.max(0, read);
    return read;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /// The line of the first byte that is not UTF-8, 0 if there is none.
  static long lineOfFirstBadByte(Path file) throws IOException {
    CharsetDecoder decoder = decoder();
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    CharBuffer chars = CharBuffer.allocate(1 << 16);
    long line = 1;
    try (InputStream in = Files.newInputStream(file)) {
      boolean end = false;
      while (!end) {
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        end = read < 0;
        bytes.position(bytes.position() + Math.max(0, read)).flip();
        CoderResult result = decoder.decode(bytes, chars, end);
        line += chars.flip().chars().filter(c -> c == '\n').count();
        if (result.isError()) {
          return line;
        }
        chars.clear();
        bytes.compact();
      }
    }
    return 0;
  }

  private static CharsetDecoder decoder() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }
}

package dev.caisson.cli.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The last lines of a log, however long it is.
final class LogTail {
  private static final int MAX_BYTES = 8 * 1024;

  private LogTail() {}

  /// At most `count` non-blank lines out of the last 8 KiB; empty if the file cannot be read,
  /// because the failure that is being reported matters more.
  static List<String> of(Path log, int count) {
    try (SeekableByteChannel channel = Files.newByteChannel(log)) {
      long from = Math.max(0, channel.size() - MAX_BYTES);
      channel.position(from);
      ByteBuffer end = ByteBuffer.allocate(MAX_BYTES);
      while (end.hasRemaining() && channel.read(end) >= 0) {
        // until the buffer is full or the file ends
      }
      List<String> lines =
          new String(end.array(), 0, end.position(), StandardCharsets.UTF_8)
              .lines()
              .skip(from > 0 ? 1 : 0)
              .filter(line -> !line.isBlank())
              .toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}

package dev.caisson.airlock.archive;

import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A zip archive whose tables agree with its bytes: every byte belongs to exactly one entry or
/// table, names are plain relative paths and differ, nothing is encrypted, sizes and ratios are
/// within limits. Made by [ZipReader].
final class ZipFile {
  static final int STORED = 0;
  private static final int PIECE = 1 << 14;

  /// An entry's place: `at` is its first packed byte.
  record Entry(String name, int method, int crc, int packed, int size, int at) {}

  private final byte[] bytes;
  private final List<Entry> entries;

  ZipFile(byte[] bytes, List<Entry> entries) {
    this.bytes = bytes;
    this.entries = List.copyOf(entries);
  }

  List<Entry> entries() {
    return entries;
  }

  Optional<Entry> entry(String name) {
    return entries.stream().filter(e -> e.name().equals(name)).findFirst();
  }

  /// An entry's content. It is first unpacked in small pieces and thrown away, so that memory is
  /// spent only on what really has the declared size and checksum.
  byte[] content(Entry entry) throws BadArchiveException {
    if (entry.method() == STORED) {
      CRC32 crc = new CRC32();
      crc.update(bytes, entry.at(), entry.size());
      checksum(entry, crc);
      byte[] content = new byte[entry.size()];
      System.arraycopy(bytes, entry.at(), content, 0, content.length);
      return content;
    }
    unpack(entry, new byte[PIECE]);
    byte[] content = new byte[entry.size()];
    return unpack(entry, content);
  }

  /// Unpacks into one piece over and over, or at once if the piece is as large as the entry.
  private byte[] unpack(Entry entry, byte[] piece) throws BadArchiveException {
    Inflater inflater = new Inflater(true);
    CRC32 crc = new CRC32();
    long size = 0;
    try {
      inflater.setInput(bytes, entry.at(), entry.packed());
      while (!inflater.finished()) {
        boolean whole = piece.length == entry.size() && size < piece.length;
        int offset = whole ? (int) size : 0;
        int count = inflater.inflate(piece, offset, piece.length - offset);
        if (count == 0 && !inflater.finished()) {
          throw bad("its packed bytes break off", entry);
        }
        crc.update(piece, offset, count);
        size += count;
        if (size > entry.size()) {
          throw bad("unpacks to more than the %d bytes it declares".formatted(entry.size()), entry);
        }
      }
      if (inflater.getRemaining() > 0) {
        throw bad("%d packed bytes follow its end".formatted(inflater.getRemaining()), entry);
      }
    } catch (DataFormatException e) {
      throw bad("its packed bytes are not deflate", entry);
    } finally {
      inflater.end();
    }
    if (size != entry.size()) {
      throw bad("declares %d bytes and unpacks to %d".formatted(entry.size(), size), entry);
    }
    checksum(entry, crc);
    return piece;
  }

  private static void checksum(Entry entry, CRC32 crc) throws BadArchiveException {
    if ((int) crc.getValue() != entry.crc()) {
      throw bad("its checksum does not fit", entry);
    }
  }

  private static BadArchiveException bad(String what, Entry entry) {
    return new BadArchiveException("archive.sizes", what, "entry " + entry.name());
  }
}

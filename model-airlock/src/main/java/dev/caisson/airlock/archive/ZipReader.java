package dev.caisson.airlock.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads a zip archive's tables (APPNOTE 6.3.10: the central directory, each local header, data
/// descriptors, zip64 records) and refuses whatever two readers could see differently: tables that
/// disagree, gaps, overlaps, comments, doubled names, unknown extra fields. Unpacks nothing.
final class ZipReader {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int END_BYTES = 22;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL_BYTES = 30;
  private static final int DESCRIBED = 1 << 3;
  private static final int UTF_8 = 1 << 11;

  /// Bits 1 and 2 tell how hard deflate tried.
  private static final int ALLOWED_FLAGS = DESCRIBED | UTF_8 | 0b110;

  private static final int LONGEST_NAME = 512;
  private static final int SMALL = 64 << 10;
  private static final long MARK_32 = 0xffffffffL;

  private final byte[] bytes;
  private final ByteBuffer in;
  private final ArchiveLimits limits;

  private ZipReader(byte[] bytes, ArchiveLimits limits) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.limits = limits;
  }

  static boolean looksLikeZip(byte[] bytes) {
    return bytes.length >= 4 && bytes[0] == 'P' && bytes[1] == 'K';
  }

  static ZipFile read(byte[] bytes, ArchiveLimits limits) throws BadArchiveException {
    return new ZipReader(bytes, limits).read();
  }

  /// Where the central directory lies, how many entries it has, and where it ends.
  private record Directory(long at, long size, long entries) {}

  /// A central header: the entry (with the place of its *local header*) and its flags.
  private record Listed(ZipFile.Entry entry, int flags) {}

  private ZipFile read() throws BadArchiveException {
    if (bytes.length > limits.bytes()) {
      throw bad("%d bytes, at most %d are looked into".formatted(bytes.length, limits.bytes()), 0);
    }
    Directory directory = directory();
    if (directory.entries() > limits.entries()) {
      throw new BadArchiveException(
          "archive.sizes",
          "%d entries, at most %d".formatted(directory.entries(), limits.entries()),
          "");
    }
    List<Listed> listed = listed(directory);
    listed.sort(Comparator.comparingInt(l -> l.entry().at()));
    List<ZipFile.Entry> entries = new ArrayList<>();
    int at = 0;
    for (Listed each : listed) {
      ZipFile.Entry entry = each.entry();
      if (entry.at() != at) {
        throw bad("bytes that belong to no entry, or to two", at);
      }
      int start = local(each);
      entries.add(
          new ZipFile.Entry(
              entry.name(), entry.method(), entry.crc(), entry.packed(), entry.size(), start));
      at = start + entry.packed();
      if ((each.flags() & DESCRIBED) != 0) {
        at = descriptor(entry, at);
      }
    }
    if (at != directory.at()) {
      throw bad("bytes that belong to no entry, before the directory", at);
    }
    return new ZipFile(bytes, entries);
  }

  private Directory directory() throws BadArchiveException {
    int end = bytes.length - END_BYTES;
    if (end < 0 || in.getInt(end) != END) {
      throw bad("does not end with a zip directory: a comment, or bytes after it", end);
    }
    if (in.getShort(end + 20) != 0 || in.getShort(end + 4) != 0 || in.getShort(end + 6) != 0) {
      throw bad("has a comment or several parts", end);
    }
    Directory small =
        new Directory(
            unsigned(end + 16), unsigned(end + 12), Short.toUnsignedLong(in.getShort(end + 10)));
    if (in.getShort(end + 8) != in.getShort(end + 10)) {
      throw bad("two counts of entries disagree", end);
    }
    int before = end;
    Directory directory = small;
    if (end >= 20 && in.getInt(end - 20) == LOCATOR_64) {
      long at64 = in.getLong(end - 12);
      before = end - 20 - 56;
      if (before < 0 || at64 != before || in.getInt(before) != END_64) {
        throw bad("its zip64 records do not fit", end - 20);
      }
      if (in.getLong(before + 4) != 44
          || in.getInt(end - 16) != 0
          || in.getInt(before + 16) != 0
          || in.getInt(before + 20) != 0
          || in.getLong(before + 24) != in.getLong(before + 32)) {
        throw bad("its zip64 records do not fit", before);
      }
      directory =
          new Directory(in.getLong(before + 48), in.getLong(before + 40), in.getLong(before + 32));
      agree(small.at(), directory.at(), MARK_32, before);
      agree(small.size(), directory.size(), MARK_32, before);
      agree(small.entries(), directory.entries(), 0xffff, before);
    }
    if (directory.at() < 0
        || directory.size() < 0
        || directory.entries() < 0
        || directory.at() > before
        || directory.size() != before - directory.at()
        || directory.entries() > directory.size() / CENTRAL_BYTES) {
      throw bad("its directory does not lie where it says", end);
    }
    return directory;
  }

  private static void agree(long small, long large, long mark, int at) throws BadArchiveException {
    if (small != mark && small != large) {
      throw bad("its two directories disagree", at);
    }
  }

  private List<Listed> listed(Directory directory) throws BadArchiveException {
    List<Listed> listed = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int at = (int) directory.at();
    int end = at + (int) directory.size();
    long total = 0;
    for (long i = 0; i < directory.entries(); i++) {
      if (end - at < CENTRAL_BYTES || in.getInt(at) != CENTRAL) {
        throw bad("a directory entry is broken", at);
      }
      int nameLength = Short.toUnsignedInt(in.getShort(at + 28));
      int extraLength = Short.toUnsignedInt(in.getShort(at + 30));
      int next = at + CENTRAL_BYTES + nameLength + extraLength;
      if (in.getShort(at + 32) != 0 || in.getShort(at + 34) != 0 || next > end) {
        throw bad("a directory entry has a comment or does not fit", at);
      }
      String name = name(at + CENTRAL_BYTES, nameLength);
      if (!names.add(name)) {
        throw bad("two entries share the name " + name, at);
      }
      int extra = at + CENTRAL_BYTES + nameLength;
      Zip64 wide = extra(extra, extraLength, name);
      long size = wide.or(unsigned(at + 24), 0);
      long packed = wide.or(unsigned(at + 20), unsigned(at + 24) == MARK_32 ? 1 : 0);
      int before = (unsigned(at + 24) == MARK_32 ? 1 : 0) + (unsigned(at + 20) == MARK_32 ? 1 : 0);
      long local = wide.or(unsigned(at + 42), before);
      int method = in.getShort(at + 10);
      int flags = in.getShort(at + 8);
      sizes(name, method, size, packed);
      total += size;
      if (total > limits.totalBytes()) {
        throw new BadArchiveException(
            "archive.sizes",
            "its entries declare more than %d bytes in all".formatted(limits.totalBytes()),
            "entry " + name);
      }
      if ((flags & ~ALLOWED_FLAGS) != 0) {
        throw bad("an entry is encrypted or of an unknown kind", at);
      }
      if (local < 0 || local >= directory.at()) {
        throw bad("an entry does not lie where it says", at);
      }
      listed.add(
          new Listed(
              new ZipFile.Entry(
                  name, method, in.getInt(at + 16), (int) packed, (int) size, (int) local),
              flags));
      at = next;
    }
    if (at != end) {
      throw bad("bytes after the last directory entry", at);
    }
    return listed;
  }

  private void sizes(String name, int method, long size, long packed) throws BadArchiveException {
    String where = "entry " + name;
    if (method != ZipFile.STORED && method != 8) {
      throw new BadArchiveException(
          "archive.readable", "is packed by method %d".formatted(method), where);
    }
    if (size < 0 || size > limits.entryBytes() || packed < 0 || packed > bytes.length) {
      throw new BadArchiveException(
          "archive.sizes",
          "declares %s bytes, at most %d"
              .formatted(Long.toUnsignedString(size), limits.entryBytes()),
          where);
    }
    if (method == ZipFile.STORED && size != packed) {
      throw new BadArchiveException("archive.sizes", "is stored, and has two sizes", where);
    }
    if (size > SMALL && size > packed * limits.ratio()) {
      throw new BadArchiveException(
          "archive.sizes",
          "unpacks to more than %d times its size".formatted(limits.ratio()),
          where);
    }
  }

  /// Checks an entry's local header and returns where its packed bytes start.
  private int local(Listed listed) throws BadArchiveException {
    ZipFile.Entry entry = listed.entry();
    int at = entry.at();
    if (bytes.length - at < LOCAL_BYTES || in.getInt(at) != LOCAL) {
      throw bad("an entry does not lie where the directory says", at);
    }
    int nameLength = Short.toUnsignedInt(in.getShort(at + 26));
    int extraLength = Short.toUnsignedInt(in.getShort(at + 28));
    long start = (long) at + LOCAL_BYTES + nameLength + extraLength;
    if (start + entry.packed() > bytes.length) {
      throw bad("an entry runs past the end", at);
    }
    String name = name(at + LOCAL_BYTES, nameLength);
    if (!name.equals(entry.name())
        || in.getShort(at + 8) != entry.method()
        || in.getShort(at + 6) != listed.flags()) {
      throw bad("an entry's header and the directory disagree", at);
    }
    Zip64 wide = extra(at + LOCAL_BYTES + nameLength, extraLength, name);
    boolean described = (listed.flags() & DESCRIBED) != 0;
    long size = wide.or(unsigned(at + 22), 0);
    long packed = wide.or(unsigned(at + 18), unsigned(at + 22) == MARK_32 ? 1 : 0);
    boolean blank = described && size == 0 && packed == 0 && in.getInt(at + 14) == 0;
    if (!blank
        && (size != entry.size()
            || packed != entry.packed()
            || (in.getInt(at + 14) != entry.crc() && !(described && in.getInt(at + 14) == 0)))) {
      throw bad("an entry's header and the directory disagree", at);
    }
    return (int) start;
  }

  /// Checks the sizes that follow an entry and returns where they end.
  private int descriptor(ZipFile.Entry entry, int at) throws BadArchiveException {
    if (bytes.length - at >= 16
        && in.getInt(at) == DESCRIPTOR
        && in.getInt(at + 4) == entry.crc()) {
      if (unsigned(at + 8) == entry.packed() && unsigned(at + 12) == entry.size()) {
        int end = at + 16;
        // 4-byte sizes of an empty entry are the first half of 8-byte ones
        boolean wide =
            entry.packed() == 0
                && bytes.length - at >= 24
                && in.getLong(at + 8) == 0
                && in.getLong(at + 16) == 0;
        return wide ? at + 24 : end;
      }
      if (bytes.length - at >= 24
          && in.getLong(at + 8) == entry.packed()
          && in.getLong(at + 16) == entry.size()) {
        return at + 24;
      }
    }
    throw bad("the sizes after an entry and the directory disagree", at);
  }

  /// The 8-byte numbers that stand in for marked 4-byte ones, in order.
  private record Zip64(List<Long> numbers) {
    long or(long small, int index) {
      return small == MARK_32 && index < numbers.size() ? numbers.get(index) : small;
    }
  }

  /// Reads extra fields: zip64 (1), time (0x5455), and PyTorch's padding of alignment ("FB", all
  /// Z).
  private Zip64 extra(int at, int length, String name) throws BadArchiveException {
    List<Long> wide = new ArrayList<>();
    int from = at;
    int end = at + length;
    while (from < end) {
      int id = end - from < 4 ? -1 : Short.toUnsignedInt(in.getShort(from));
      int size = id < 0 ? 0 : Short.toUnsignedInt(in.getShort(from + 2));
      if (id < 0 || size > end - from - 4) {
        throw bad("an extra field of %s is broken".formatted(name), from);
      }
      if (id == 1 && size <= 28 && wide.isEmpty()) {
        for (int i = 0; i + 8 <= size; i += 8) {
          wide.add(in.getLong(from + 4 + i));
        }
      } else if (id == 0x4246) {
        padding(from + 4, size, name);
      } else if (id != 0x5455 || size > 13) {
        throw bad("an extra field of %s that carries unknown bytes".formatted(name), from);
      }
      from += 4 + size;
    }
    return new Zip64(wide);
  }

  private void padding(int at, int size, String name) throws BadArchiveException {
    for (int i = at; i < at + size; i++) {
      if (bytes[i] != 'Z' && bytes[i] != 0) {
        throw bad("the padding of %s carries bytes".formatted(name), i);
      }
    }
  }

  private String name(int at, int length) throws BadArchiveException {
    if (length < 1 || length > LONGEST_NAME) {
      throw bad("a name of %d bytes".formatted(length), at);
    }
    String name = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    List<String> steps = List.of(name.split("/", -1));
    if (!name.matches("[\\x20-\\x7e]+")
        || name.contains("\\")
        || name.contains(":")
        || steps.subList(0, steps.size() - 1).contains("")
        || steps.contains("..")
        || steps.contains(".")) {
      throw new BadArchiveException(
          "archive.names", "an entry's name leads out of its folder or is not plain", name);
    }
    return name;
  }

  private long unsigned(int at) {
    return Integer.toUnsignedLong(in.getInt(at));
  }

  private static BadArchiveException bad(String what, int at) {
    return new BadArchiveException("archive.readable", what, "byte " + Math.max(0, at));
  }
}

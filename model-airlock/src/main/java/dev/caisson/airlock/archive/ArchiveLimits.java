package dev.caisson.airlock.archive;

/// How much an archive may hold. All is checked from its tables before anything is unpacked.
///
/// `bytes`: the archive; `entries`; `entryBytes`: one entry, unpacked; `totalBytes`: all of them;
/// `ratio`: unpacked over packed, for entries of more than 64 KiB (deflate reaches 1032; weights
/// stay below 2, DL4J's configuration in JSON at about 30); `textBytes`: a JSON or code file;
/// `opcodes`: of one pickle.
public record ArchiveLimits(
    long bytes,
    int entries,
    long entryBytes,
    long totalBytes,
    int ratio,
    int textBytes,
    int opcodes) {
  public ArchiveLimits {
    if (bytes < 1 || bytes > Integer.MAX_VALUE - 64 || entryBytes > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("an archive and an entry have at most 2^31-65 bytes");
    }
    if (entries < 1
        || entryBytes < 1
        || totalBytes < entryBytes
        || ratio < 1
        || textBytes < 1
        || opcodes < 1) {
      throw new IllegalArgumentException(
          "limits are positive, and all entries together may have no less than one");
    }
  }

  /// 512 MiB packed, 20,000 entries, 512 MiB an entry and in all, ratio 100, texts of 4 MiB, a
  /// million opcodes.
  public static ArchiveLimits usual() {
    return new ArchiveLimits(512L << 20, 20_000, 512L << 20, 512L << 20, 100, 4 << 20, 1_000_000);
  }
}

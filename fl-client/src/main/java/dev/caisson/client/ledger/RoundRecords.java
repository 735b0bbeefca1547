package dev.caisson.client.ledger;

import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What this site keeps of its newest [#KEPT] rounds so that their sums can be checked again, in
/// the folder `rounds` beside the ledger: one folder a round, named by its manifest's digest.
/// Nothing in it is secret, and nothing is believed for lying there: the ledger holds the D3 that
/// it must fit.
///
/// A round takes the total (about as much as the model, twice that for a wide ring), the
/// coordinator's opening and the tags (at most 6 MB), and the masked uploads of members that were
/// silent (at most 512 MiB, or four). The site's own upload goes once the check is done.
public final class RoundRecords {
  /// Rounds that are kept, over all studies; older ones are deleted when one begins. More than a
  /// site can have under way at a time.
  public static final int KEPT = 24;

  /// Bytes of older rounds that are kept; of long vectors fewer rounds are.
  static final long MOST_BYTES = 4L << 30;

  /// The empty file in the record of a round whose sum was wrong. Such rounds are counted on their
  /// own: the newest of them stay within the same bounds, however many rounds come after.
  static final String WRONG = "wrong";

  private final Path folder;

  /// Of rounds that are under way here: they stay, and count for nothing.
  private final Set<Path> open = new HashSet<>();

  /// Beside this ledger.
  public RoundRecords(Path ledger) {
    this.folder = ledger.resolveSibling("rounds");
  }

  /// A new record; the oldest go.
  public synchronized RoundRecord begin(Digest manifest) throws IOException {
    Path own = folder.resolve(manifest.hex());
    Files.createDirectories(own);
    Map<Path, FileTime> ages = new TreeMap<>();
    Map<Path, FileTime> wrong = new TreeMap<>();
    try (Stream<Path> rounds = Files.list(folder)) {
      for (Path round : rounds.filter(RoundRecords::isRound).toList()) {
        boolean isWrong = Files.exists(round.resolve(WRONG), LinkOption.NOFOLLOW_LINKS);
        (isWrong ? wrong : ages).put(round, Files.getLastModifiedTime(round));
      }
    }
    open.add(own);
    ages.keySet().removeAll(open);
    wrong.keySet().removeAll(open);
    deleteBut(KEPT - 1, ages);
    deleteBut(KEPT, wrong);
    return new RoundRecord(own);
  }

  /// The round of this record is over here; what nobody needs any more goes.
  public synchronized void end(RoundRecord record) throws IOException {
    open.remove(record.folder());
    record.dropUpload();
  }

  private static void deleteBut(int newest, Map<Path, FileTime> ages) throws IOException {
    List<Path> newestFirst =
        ages.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .map(Map.Entry::getKey)
            .toList();
    int kept = 0;
    long bytes = 0;
    for (Path round : newestFirst) {
      bytes += bytes(round);
      if (kept < newest && (kept == 0 || bytes <= MOST_BYTES)) {
        kept++;
      } else {
        delete(round);
      }
    }
  }

  /// The record of a round, if it is still there.
  public Optional<RoundRecord> find(Digest manifest) {
    Path own = folder.resolve(manifest.hex());
    return Files.isDirectory(own) ? Optional.of(new RoundRecord(own)) : Optional.empty();
  }

  /// Other files are somebody else's, and stay.
  private static boolean isRound(Path path) {
    return path.getFileName().toString().matches("[0-9a-f]{64}")
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static long bytes(Path round) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(round)) {
      for (Path file : files.toList()) {
        try {
          bytes +=
              Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                  .size();
        } catch (NoSuchFileException e) {
          // dropped meanwhile
        }
      }
    }
    return bytes;
  }

  private static void delete(Path round) throws IOException {
    try (Stream<Path> files = Files.list(round)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(round);
  }
}

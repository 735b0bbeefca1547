package dev.caisson.client.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An append-only file of everything that this site has sent, one JSON object a line, kept for its
/// custodian and auditors. Among the lines are the entries of the site's [Journal], by which it
/// remembers across restarts what it has begun and answered.
///
/// A journal entry is on disk, synced, before [#record] returns. Where a line could not be written,
/// nothing more is, and so nothing more is sent, until the ledger is opened anew. Thread-safe.
public final class EgressLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EgressLedger.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /// No channel: an interrupted thread, such as that of a study that ends, would close it for all.
  private final FileOutputStream file;

  private final Path path;

  private final FileChannel lock;
  private final Clock clock;
  private final Journal journal = new Journal();
  private final PermitFolder permits;

  /// Set while a line is written and taken in, and for good where that fails: the file may end
  /// within a line, or hold an entry that the journal in memory does not.
  private boolean broken;

  /// Opens the ledger of the site `name`, reading what it remembers. Permits lie in the folder
  /// `permits` beside it, signed by the site's own identity.
  public static EgressLedger open(Path file, Clock clock, String name, Identity identity)
      throws IOException {
    // A file of its own: the system drops a process's locks on a file when any reader of it closes.
    FileChannel lock =
        FileChannel.open(
            file.resolveSibling(file.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    if (!isFree(lock)) {
      lock.close();
      throw new IOException(
          "%s is in use: another agent runs in this home, and two would answer one state twice"
              .formatted(file));
    }
    try {
      PermitFolder permits = new PermitFolder(PermitFolder.beside(file), name, identity);
      EgressLedger ledger = read(file, lock, clock, permits);
      ledger.record(new JournalEntry.Opened(new SecureRandom().nextLong()), "", "");
      return ledger;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isFree(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this very process holds it
    }
  }

  private static EgressLedger read(Path file, FileChannel lock, Clock clock, PermitFolder permits)
      throws IOException {
    cutTornLine(file);
    syncFolder(file);
    EgressLedger ledger =
        new EgressLedger(file, new FileOutputStream(file.toFile(), true), lock, clock, permits);
    try {
      LedgerLines.read(file, line -> JournalLines.read(line).ifPresent(ledger.journal::apply));
    } catch (IOException e) {
      ledger.file.close();
      throw e;
    }
    return ledger;
  }

  private EgressLedger(
      Path path, FileOutputStream file, FileChannel lock, Clock clock, PermitFolder permits) {
    this.path = path;
    this.file = file;
    this.lock = lock;
    this.clock = clock;
    this.permits = permits;
  }

  /// A place in the folder in which this ledger lies.
  public Path beside(String name) {
    return path.resolveSibling(name);
  }

  /// A last line without its end was being written when the machine stopped. What it announces was
  /// not sent: a line that matters is synced first.
  private static void cutTornLine(Path file) throws IOException {
    try (FileChannel whole =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = whole.size();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (end > 0) {
        whole.read(one.clear(), end - 1);
        if (one.get(0) == '\n') {
          break;
        }
        end--;
      }
      if (end < whole.size()) {
        LOG.warn("{} ends within a line; the unfinished line is removed", file);
        whole.truncate(end);
      }
    }
  }

  /// A new file is lost with its name, whatever of its content is on the disk.
  private static void syncFolder(Path file) throws IOException {
    try (FileChannel folder = FileChannel.open(file.resolveSibling("."))) {
      folder.force(true);
    }
  }

  /// What this site remembers.
  public Journal journal() {
    return journal;
  }

  /// Writes an entry down, durably, unless the journal objects; then nothing is written and nothing
  /// may be sent. Where the custodian has left a permit meanwhile, it is taken in first.
  public synchronized Optional<Fault> record(JournalEntry entry, String study, String round)
      throws IOException {
    Optional<Fault> objection = journal.objection(entry);
    if (objection.isPresent() && takePermits()) {
      objection = journal.objection(entry);
    }
    if (objection.isEmpty()) {
      write(entry, study, round);
    }
    return objection;
  }

  /// Whether this site takes part in nothing, unless its custodian has resumed it meanwhile.
  public synchronized boolean isHalted() throws IOException {
    if (journal.halted().isPresent()) {
      takePermits();
    }
    return journal.halted().isPresent();
  }

  private boolean takePermits() throws IOException {
    boolean any = false;
    for (Map.Entry<Path, JournalEntry.Permitted> left : permits.read().entrySet()) {
      JournalEntry.Permitted permit = left.getValue();
      if (journal.objection(permit).isEmpty()) {
        write(permit, "", "");
        LOG.warn("the custodian's permit counts: {}", permit.permit());
        any = true;
      }
      permits.taken(left.getKey());
    }
    return any;
  }

  private void write(JournalEntry entry, String study, String round) throws IOException {
    ObjectNode line = line(JournalLines.kind(entry), study);
    if (!round.isEmpty()) {
      line.put("round", round);
    }
    line.set("entry", JournalLines.write(entry));
    append(line, true);
    broken = true;
    journal.apply(entry);
    broken = false;
  }

  /// Writes down that a message is about to leave.
  public void sending(String study, String round, String message, long bytes, Digest content)
      throws IOException {
    ObjectNode line = line("sent", study);
    line.put("round", round).put("message", message);
    line.put("bytes", bytes).put("digest", content.toString());
    append(line, false);
  }

  /// Notes something for the custodian: an admission, a refusal, an audit's own findings.
  public void note(String study, String what, String text) throws IOException {
    append(line(what, study).put("text", text), false);
  }

  /// As above, about one round.
  public void note(String study, String round, String what, String text) throws IOException {
    append(line(what, study).put("round", round).put("text", text), false);
  }

  /// Whether a line could not be written, so that nothing more is until it is opened anew.
  public synchronized boolean isBroken() {
    return broken;
  }

  @Override
  public void close() throws IOException {
    file.close();
    lock.close();
  }

  private ObjectNode line(String what, String study) {
    ObjectNode line =
        JSON.createObjectNode().put("at", clock.instant().toString()).put("what", what);
    if (!study.isEmpty()) {
      line.put("study", study);
    }
    return line;
  }

  private synchronized void append(ObjectNode line, boolean durably) throws IOException {
    if (broken) {
      throw new IOException(
          "an earlier line of the ledger could not be written (is the disk full?); restart the site");
    }
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    broken = true;
    file.write(bytes);
    if (durably) {
      file.getFD().sync();
    }
    broken = false;
  }
}

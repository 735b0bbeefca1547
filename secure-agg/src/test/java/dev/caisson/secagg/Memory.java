package dev.caisson.secagg;

import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.journal.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A site's journal together with its entries, so that a test can restart the site from them, or
/// from an older copy.
public final class Memory {
  private final List<JournalEntry> entries = new ArrayList<>();
  private final Journal journal = new Journal();

  /// An empty one, opened by its first process.
  public static Memory opened(long incarnation) {
    return new Memory().written(new JournalEntry.Opened(incarnation));
  }

  /// What a process of this incarnation knows that starts now.
  public Memory restarted(long incarnation) {
    return restored(entries.size(), incarnation);
  }

  /// What a process knows that starts from a copy made when there were this many entries.
  public Memory restored(int backup, long incarnation) {
    return snapshot(backup).written(new JournalEntry.Opened(incarnation));
  }

  /// The very process as it was when there were this many entries, as a virtual machine's snapshot
  /// keeps it: of the same incarnation.
  public Memory snapshot(int backup) {
    Memory copy = new Memory();
    entries.subList(0, backup).forEach(copy::written);
    return copy;
  }

  /// Writes an entry down, unless the journal objects.
  public Optional<Fault> record(JournalEntry entry) {
    Optional<Fault> objection = journal.objection(entry);
    if (objection.isEmpty()) {
      written(entry);
    }
    return objection;
  }

  private Memory written(JournalEntry entry) {
    entries.add(entry);
    journal.apply(entry);
    return this;
  }

  public Journal journal() {
    return journal;
  }

  public List<JournalEntry> entries() {
    return List.copyOf(entries);
  }
}

package dev.caisson.airlock.rows;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.ModelGraph;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Words and whole numbers that a model keeps in tables (one-hot categories, label encoders,
/// vocabularies, string tensors): each must be held by at least k persons, or it names somebody.
///
/// Catches: an entry of 1 to k-1 persons blocks; an entry that nobody among the members holds, and
/// a table of as many entries as there are persons, are warnings. Misses: entries written otherwise
/// than in the rows (other case, tokens, hashes); whole numbers in tables that only arrange the
/// graph (shapes, axes) are not looked at. Findings give counts, never the entries.
public final class TableEntries {
  private final EntryCounts counts;
  private final int persons;
  private final int k;

  /// `persons` is the number of members, `k` how many must hold an entry (ACRO's threshold is 10).
  public TableEntries(EntryCounts counts, int persons, int k) {
    if (persons < 1 || k < 1) {
      throw new IllegalArgumentException(
          "%d persons and k = %d; both are positive".formatted(persons, k));
    }
    if (counts.most() < k) {
      throw new IllegalArgumentException(
          "holders were counted up to %d, k is %d".formatted(counts.most(), k));
    }
    this.counts = counts;
    this.persons = persons;
    this.k = k;
  }

  public List<Finding> check(ModelGraph graph) {
    Findings rare = new Findings("tables.entries");
    for (KeptEntries kept : KeptEntries.of(graph)) {
      entries(kept.entries(), kept.where(), rare);
    }
    return rare.orPass("every word and category kept is held by at least %d persons".formatted(k));
  }

  private void entries(List<String> entries, String where, Findings rare) {
    Set<String> different = new HashSet<>(entries);
    different.remove("");
    int few = 0;
    int nobody = 0;
    for (String entry : different) {
      int holders = counts.persons(entry);
      few += holders > 0 && holders < k ? 1 : 0;
      nobody += holders == 0 ? 1 : 0;
    }
    if (few > 0) {
      rare.block(
          "%d of %d entries are held by fewer than %d persons".formatted(few, different.size(), k),
          where);
    }
    if (nobody > 0) {
      rare.warn(
          "%d of %d entries are held by no member: where are they from?"
              .formatted(nobody, different.size()),
          where);
    }
    if (different.size() >= persons && persons >= k) {
      rare.block("as many entries (%d) as there are persons".formatted(different.size()), where);
    }
  }
}

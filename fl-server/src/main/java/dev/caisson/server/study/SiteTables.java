package dev.caisson.server.study;

import dev.caisson.trust.Digest;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/// The tables `hold_out`, `counted` and `exclusion`: what a study must not forget of its sites.
final class SiteTables {
  private SiteTables() {}

  static void commit(Handle sql, String study, String site, Digest commitment) {
    sql.execute("INSERT INTO hold_out VALUES (?, ?, ?)", study, site, commitment.bytes());
  }

  static SortedMap<String, Digest> commitments(Handle sql, String study) {
    SortedMap<String, Digest> all = new TreeMap<>();
    sql.createQuery("SELECT site, commitment FROM hold_out WHERE study = ?")
        .bind(0, study)
        .map((rs, _) -> all.put(rs.getString("site"), StudyTable.digest(rs, "commitment")))
        .list();
    return all;
  }

  /// A training round's sum covers these sites.
  static void count(Handle sql, String study, Collection<String> sites, int round) {
    PreparedBatch batch = sql.prepareBatch("INSERT OR REPLACE INTO counted VALUES (?, ?, ?)");
    sites.forEach(site -> batch.add(study, site, round));
    batch.execute();
  }

  /// In which training round each site was covered last.
  static SortedMap<String, Long> counted(Handle sql, String study) {
    SortedMap<String, Long> all = new TreeMap<>();
    sql.createQuery("SELECT site, round FROM counted WHERE study = ?")
        .bind(0, study)
        .map((rs, _) -> all.put(rs.getString("site"), rs.getLong("round")))
        .list();
    return all;
  }

  static void exclude(Handle sql, String study, String site, String why) {
    sql.execute("INSERT OR REPLACE INTO exclusion VALUES (?, ?, ?)", study, site, why);
  }

  static SortedMap<String, String> excluded(Handle sql, String study) {
    SortedMap<String, String> all = new TreeMap<>();
    sql.createQuery("SELECT site, why FROM exclusion WHERE study = ?")
        .bind(0, study)
        .map((rs, _) -> all.put(rs.getString("site"), rs.getString("why")))
        .list();
    return all;
  }
}

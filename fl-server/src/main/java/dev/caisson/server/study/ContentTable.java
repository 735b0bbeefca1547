package dev.caisson.server.study;

import dev.caisson.trust.Digest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/// Which content studies name: in `check_content` and in the digests of `study`. A study that
/// failed or was cancelled needs none.
final class ContentTable {
  private ContentTable() {}

  static void forCheck(Handle sql, String study, long attempt, Digest digest) {
    sql.execute(
        "INSERT OR IGNORE INTO check_content VALUES (?, ?, ?)", study, attempt, digest.bytes());
  }

  static List<Digest> ofChecks(Handle sql, String study) {
    return sql.createQuery("SELECT DISTINCT digest FROM check_content WHERE study = ?")
        .bind(0, study)
        .map((rs, _) -> StudyTable.digest(rs, "digest"))
        .list();
  }

  /// The checks of all attempts before this one are over.
  static List<Digest> endChecks(Handle sql, String study, long before) {
    List<Digest> gone =
        sql.createQuery("SELECT digest FROM check_content WHERE study = ? AND attempt < ?")
            .bind(0, study)
            .bind(1, before)
            .map((rs, _) -> StudyTable.digest(rs, "digest"))
            .list();
    sql.execute("DELETE FROM check_content WHERE study = ? AND attempt < ?", study, before);
    return gone;
  }

  static boolean isNamed(Handle sql, Digest digest) {
    return sql.createQuery(
            """
            SELECT EXISTS (
              SELECT 1 FROM study WHERE state NOT IN ('failed', 'cancelled')
                AND :d IN (model, initial_vector, head, final_vector, previous_state, previous_sum)
              UNION ALL
              SELECT 1 FROM check_content JOIN study ON study.name = check_content.study
              WHERE digest = :d AND state NOT IN ('finished', 'failed', 'cancelled'))
            """)
        .bind("d", digest.bytes())
        .mapTo(Boolean.class)
        .one();
  }

  /// The model file, the initial and the final vector of a study that is trained.
  static Set<String> ofCandidate(Handle sql, String study) {
    return new TreeSet<>(
        sql.createQuery(
                """
                SELECT model AS d FROM study WHERE name = :s AND state IN ('candidate', 'finished')
                UNION SELECT initial_vector FROM study WHERE name = :s AND state IN ('candidate', 'finished')
                UNION SELECT final_vector FROM study WHERE name = :s AND state IN ('candidate', 'finished')
                """)
            .bind("s", study)
            .map((rs, _) -> StudyTable.digest(rs, "d").hex())
            .list());
  }
}

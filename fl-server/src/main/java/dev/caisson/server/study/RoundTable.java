package dev.caisson.server.study;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.trust.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/// The tables `round`, `round_site` and `round_metric`: rounds that came to a sum.
final class RoundTable {
  private RoundTable() {}

  /// A completed round with its figures.
  ///
  /// @param attempt which round of the study it was, counting those without a sum
  /// @param number the position in the curve: its figures are those of the state after `number` - 1
  ///   rounds of training
  public record Done(
      long attempt,
      int number,
      Purpose purpose,
      Candidate.RoundRecord round,
      StudyLog.Figures figures,
      Instant ended) {}

  static void insert(Handle sql, String study, Done done) {
    sql.createUpdate(
            """
            INSERT INTO round (study, attempt, number, purpose, name, manifest, transcript, state,
              milliseconds, ended_at)
            VALUES (:study, :attempt, :number, :purpose, :name, :manifest, :transcript, :state,
              :milliseconds, :ended)
            """)
        .bind("study", study)
        .bind("attempt", done.attempt())
        .bind("number", done.number())
        .bind("purpose", done.purpose().label())
        .bind("name", done.round().round())
        .bind("manifest", done.round().manifest().bytes())
        .bind("transcript", done.round().transcript().bytes())
        .bind("state", done.round().state().bytes())
        .bind("milliseconds", done.figures().milliseconds())
        .bind("ended", done.ended().toString())
        .execute();
    if (!done.figures().bytesOut().isEmpty()) {
      PreparedBatch sites = sql.prepareBatch("INSERT INTO round_site VALUES (?, ?, ?, ?, ?)");
      done.figures()
          .bytesOut()
          .forEach(
              (site, bytes) ->
                  sites.add(
                      study,
                      done.attempt(),
                      site,
                      done.round().survivors().contains(site) ? 1 : 0,
                      bytes));
      sites.execute();
    }
    if (!done.figures().metrics().isEmpty()) {
      PreparedBatch metrics = sql.prepareBatch("INSERT INTO round_metric VALUES (?, ?, ?, ?)");
      done.figures()
          .metrics()
          .forEach((metric, value) -> metrics.add(study, done.attempt(), metric, value));
      metrics.execute();
    }
  }

  static StudyLog.Figures figures(Handle sql, String study, long attempt) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    sql.createQuery("SELECT metric, value FROM round_metric WHERE study = ? AND attempt = ?")
        .bind(0, study)
        .bind(1, attempt)
        .map((rs, _) -> metrics.put(rs.getString("metric"), rs.getDouble("value")))
        .list();
    SortedMap<String, Long> bytes = new TreeMap<>();
    sql.createQuery("SELECT site, bytes_out FROM round_site WHERE study = ? AND attempt = ?")
        .bind(0, study)
        .bind(1, attempt)
        .map((rs, _) -> bytes.put(rs.getString("site"), rs.getLong("bytes_out")))
        .list();
    long milliseconds =
        sql.createQuery("SELECT milliseconds FROM round WHERE study = ? AND attempt = ?")
            .bind(0, study)
            .bind(1, attempt)
            .mapTo(Long.class)
            .one();
    return new StudyLog.Figures(metrics, bytes, milliseconds);
  }

  /// The rounds after that attempt, in order, at most so many.
  static List<Done> after(Handle sql, String study, long attempt, int most) {
    return sql.createQuery(
            "SELECT * FROM round WHERE study = ? AND attempt > ? ORDER BY attempt LIMIT ?")
        .bind(0, study)
        .bind(1, attempt)
        .bind(2, most)
        .map(
            (rs, _) ->
                new Done(
                    rs.getLong("attempt"),
                    rs.getInt("number"),
                    Purpose.ofLabel(rs.getString("purpose")).orElseThrow(),
                    record(sql, study, rs),
                    figures(sql, study, rs.getLong("attempt")),
                    Instant.parse(rs.getString("ended_at"))))
        .list();
  }

  /// The attempt after which only the latest `count` rounds are.
  static long beforeLatest(Handle sql, String study, int count) {
    return sql.createQuery(
            "SELECT attempt FROM round WHERE study = ? ORDER BY attempt DESC LIMIT 1 OFFSET ?")
        .bind(0, study)
        .bind(1, count)
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  /// Whether the final state was evaluated: the study is trained.
  static boolean isEvaluated(Handle sql, String study) {
    return sql.createQuery(
            "SELECT EXISTS (SELECT 1 FROM round WHERE study = ? AND purpose = 'evaluate')")
        .bind(0, study)
        .mapTo(Boolean.class)
        .one();
  }

  /// What a candidate rests on: all rounds but those of its audit.
  static List<Candidate.RoundRecord> records(Handle sql, String study) {
    return new ArrayList<>(
        sql.createQuery(
                "SELECT * FROM round WHERE study = ? AND purpose <> 'audit' ORDER BY attempt")
            .bind(0, study)
            .map((rs, _) -> record(sql, study, rs))
            .list());
  }

  private static Candidate.RoundRecord record(Handle sql, String study, ResultSet rs)
      throws SQLException {
    Digest manifest = StudyTable.digest(rs, "manifest");
    return new Candidate.RoundRecord(
        rs.getString("name"),
        manifest,
        StudyTable.digest(rs, "transcript"),
        StudyTable.digest(rs, "state"),
        sql.createQuery(
                "SELECT site FROM round_site WHERE study = ? AND attempt = ? AND survived = 1"
                    + " ORDER BY site")
            .bind(0, study)
            .bind(1, rs.getLong("attempt"))
            .mapTo(String.class)
            .list());
  }
}

package dev.caisson.server.study;

import dev.caisson.protocol.round.Purpose;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/// The tables `attempt`, `pin` and `pinned_site`: the round under way, and over whom it must be
/// repeated if it breaks off.
final class AttemptTable {
  private AttemptTable() {}

  /// How far a round has come.
  public enum Phase {
    /// Keys, shares and masked vectors come in: no site has spent anything.
    COLLECTING,
    /// Sites may have answered.
    ANSWERING,
    /// It ended without a sum.
    ENDED;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public record Attempt(long attempt, Purpose purpose, Phase phase, Instant started) {}

  static void begin(Handle sql, String study, Attempt attempt) {
    sql.createUpdate(
            """
            INSERT INTO attempt (study, attempt, purpose, phase, started_at)
            VALUES (:study, :attempt, :purpose, :phase, :started)
            ON CONFLICT (study) DO UPDATE SET attempt = :attempt, purpose = :purpose, phase = :phase,
              started_at = :started
            """)
        .bind("study", study)
        .bind("attempt", attempt.attempt())
        .bind("purpose", attempt.purpose().label())
        .bind("phase", attempt.phase().label())
        .bind("started", attempt.started().toString())
        .execute();
  }

  static void phase(Handle sql, String study, Phase phase) {
    sql.execute("UPDATE attempt SET phase = ? WHERE study = ?", phase.label(), study);
  }

  static Optional<Attempt> current(Handle sql, String study) {
    return sql.createQuery("SELECT * FROM attempt WHERE study = ?")
        .bind(0, study)
        .map(
            (rs, _) ->
                new Attempt(
                    rs.getLong("attempt"),
                    Purpose.ofLabel(rs.getString("purpose")).orElseThrow(),
                    Phase.valueOf(rs.getString("phase").toUpperCase(Locale.ROOT)),
                    Instant.parse(rs.getString("started_at"))))
        .findOne();
  }

  static void pin(Handle sql, String study, Pinned pinned) {
    unpin(sql, study);
    sql.execute(
        "INSERT INTO pin VALUES (?, ?, ?)",
        study,
        pinned.purpose().label(),
        pinned.state().bytes());
    PreparedBatch sites = sql.prepareBatch("INSERT INTO pinned_site VALUES (?, ?)");
    pinned.sites().forEach(site -> sites.add(study, site));
    sites.execute();
  }

  static void unpin(Handle sql, String study) {
    sql.execute("DELETE FROM pinned_site WHERE study = ?", study);
    sql.execute("DELETE FROM pin WHERE study = ?", study);
  }

  /// The round has its sum: nothing is under way.
  static void done(Handle sql, String study) {
    unpin(sql, study);
    sql.execute("DELETE FROM attempt WHERE study = ?", study);
  }

  static Optional<Pinned> pinned(Handle sql, String study) {
    List<String> sites =
        sql.createQuery("SELECT site FROM pinned_site WHERE study = ? ORDER BY site")
            .bind(0, study)
            .mapTo(String.class)
            .list();
    return sql.createQuery("SELECT purpose, state FROM pin WHERE study = ?")
        .bind(0, study)
        .map(
            (rs, _) ->
                new Pinned(
                    Purpose.ofLabel(rs.getString("purpose")).orElseThrow(),
                    StudyTable.digest(rs, "state"),
                    sites))
        .findOne();
  }
}

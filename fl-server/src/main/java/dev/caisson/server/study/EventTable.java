package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// The table `study_event`: appended to, never changed.
final class EventTable {
  private EventTable() {}

  /// @param attempt of the round whose figures the event tells
  static void insert(
      Handle sql,
      String study,
      long sequence,
      StudyState state,
      String text,
      int round,
      OptionalLong attempt,
      boolean trouble,
      Instant now) {
    sql.createUpdate(
            """
            INSERT INTO study_event (study, sequence, at, state, text, round, attempt, trouble)
            VALUES (:study, :sequence, :at, :state, :text, :round, :attempt, :trouble)
            """)
        .bind("study", study)
        .bind("sequence", sequence)
        .bind("at", now.toString())
        .bind("state", state.label())
        .bind("text", text)
        .bind("round", round)
        .bind("attempt", attempt.isPresent() ? attempt.getAsLong() : null)
        .bind("trouble", trouble ? 1 : 0)
        .execute();
  }

  /// How many events a study has, which is the sequence number of its next.
  static long count(Handle sql, String study) {
    return sql.createQuery("SELECT coalesce(max(sequence) + 1, 0) FROM study_event WHERE study = ?")
        .bind(0, study)
        .mapTo(Long.class)
        .one();
  }

  static List<StudyLog.Event> from(Handle sql, String study, long sequence, int most) {
    return sql.createQuery(
            """
            SELECT sequence, at, state, text, round, attempt, trouble FROM study_event
            WHERE study = ? AND sequence >= ? ORDER BY sequence LIMIT ?
            """)
        .bind(0, study)
        .bind(1, sequence)
        .bind(2, most)
        .map(
            (rs, _) -> {
              long attempt = rs.getLong("attempt");
              return new StudyLog.Event(
                  rs.getLong("sequence"),
                  Instant.parse(rs.getString("at")),
                  StudyState.ofLabel(rs.getString("state")),
                  rs.getString("text"),
                  rs.getInt("round"),
                  attempt == 0
                      ? Optional.empty()
                      : Optional.of(RoundTable.figures(sql, study, attempt)),
                  rs.getInt("trouble") == 1);
            })
        .list();
  }
}

package dev.caisson.server.study;

import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.study.StudyState;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.message.Succession;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import dev.caisson.yaml.BadYamlException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jdbi.v3.core.Handle;

/// The table `study`. What is changed is changed within the caller's transaction, and only while
/// the study goes on.
final class StudyTable {
  private static final String GOES_ON = "state NOT IN ('finished', 'failed', 'cancelled')";
  private static final String SUMMARY =
      """
      SELECT name, title, submitter, state, reason, rounds_done, rounds_planned, created_at, updated_at
      FROM study
      """;

  private StudyTable() {}

  static void insert(
      Handle sql, Submission study, Digest firstState, Optional<byte[]> request, Instant now) {
    sql.createUpdate(
            """
            INSERT INTO study (name, title, submitter, request, state, pause, rounds_done, rounds_planned,
              attempts, model, initial_vector, head, created_at, updated_at, reason, plan, parameters, signature)
            VALUES (:name, :title, :submitter, :request, 'waiting', 'none', 0, :rounds,
              0, :model, :vector, :head, :now, :now, '', :plan, :parameters,
              :signature)
            """)
        .bind("name", study.study())
        .bind("title", study.plan().name())
        .bind("submitter", study.submitter())
        .bind("request", request.orElse(null))
        .bind("rounds", study.plan().rounds())
        .bind("model", study.model().bytes())
        .bind("vector", study.initialVector().bytes())
        .bind("head", firstState.bytes())
        .bind("now", now.toString())
        .bind("plan", study.plan().text())
        .bind("parameters", study.parameters().encoded())
        .bind("signature", study.signature())
        .execute();
  }

  static void enter(
      Handle sql, String study, StudyState state, String reason, Pause pause, Instant now) {
    require(
        study,
        sql.createUpdate(
                "UPDATE study SET state = :state, reason = :reason, pause = :pause, updated_at = :now"
                    + " WHERE name = :name AND "
                    + GOES_ON)
            .bind("state", state.label())
            .bind("reason", reason)
            .bind("pause", pause.label())
            .bind("now", now.toString())
            .bind("name", study)
            .execute());
  }

  static void moveOn(Handle sql, String study, Headway to, Instant now) {
    Optional<Succession> from = to.succession();
    require(
        study,
        sql.createUpdate(
                """
                UPDATE study SET head = :head, rounds_done = :rounds, attempts = :attempts,
                  previous_state = :state, previous_sum = :sum, previous_manifest = :manifest,
                  updated_at = :now
                WHERE name = :name AND
                """
                    + GOES_ON)
            .bind("head", to.head().bytes())
            .bind("rounds", to.roundsDone())
            .bind("attempts", to.attempts())
            .bind("state", from.map(s -> s.previous().model().bytes()).orElse(null))
            .bind("sum", from.map(s -> s.sum().bytes()).orElse(null))
            .bind("manifest", from.map(s -> s.previous().encoded()).orElse(null))
            .bind("now", now.toString())
            .bind("name", study)
            .execute());
  }

  private static void require(String study, int changed) {
    if (changed != 1) {
      throw new StudyOverException(study);
    }
  }

  static Headway headway(Handle sql, String study) {
    SortedMap<String, Long> counted = SiteTables.counted(sql, study);
    return sql.createQuery(
            "SELECT head, rounds_done, attempts, previous_sum, previous_manifest FROM study WHERE name = ?")
        .bind(0, study)
        .map(
            (rs, _) ->
                new Headway(
                    digest(rs, "head"),
                    succession(rs, counted),
                    rs.getInt("rounds_done"),
                    rs.getLong("attempts")))
        .one();
  }

  private static Optional<Succession> succession(ResultSet rs, SortedMap<String, Long> counted)
      throws SQLException {
    byte[] manifest = rs.getBytes("previous_manifest");
    if (manifest == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Succession(RoundManifest.decode(manifest), digest(rs, "previous_sum"), counted));
    } catch (MalformedException e) {
      throw new SQLException("the manifest of a study's last round is damaged", e);
    }
  }

  /// Puts down what of the last state is the model's.
  static void keepFinalVector(Handle sql, String study, Digest vector) {
    sql.execute("UPDATE study SET final_vector = ? WHERE name = ?", vector.bytes(), study);
  }

  /// Of a study that is, or was, a candidate.
  static Optional<Digest> finalVector(Handle sql, String study) {
    return sql.createQuery(
            "SELECT final_vector FROM study WHERE name = ? AND final_vector IS NOT NULL")
        .bind(0, study)
        .map((rs, _) -> digest(rs, "final_vector"))
        .findOne();
  }

  static Pause pause(Handle sql, String study) {
    return sql.createQuery("SELECT pause FROM study WHERE name = ?")
        .bind(0, study)
        .map((rs, _) -> Pause.ofLabel(rs.getString(1)))
        .one();
  }

  static Optional<Submission> submission(Handle sql, String study) {
    return sql.createQuery(
            "SELECT name, submitter, plan, model, parameters, initial_vector, signature FROM study WHERE name = ?")
        .bind(0, study)
        .map((rs, _) -> submission(rs))
        .findOne();
  }

  private static Submission submission(ResultSet rs) throws SQLException {
    try {
      StudyPlan plan =
          PlanReader.read("plan", rs.getString("plan").getBytes(StandardCharsets.UTF_8));
      return new Submission(
          rs.getString("name"),
          rs.getString("submitter"),
          plan,
          digest(rs, "model"),
          ParameterManifest.decode(rs.getBytes("parameters")),
          digest(rs, "initial_vector"),
          rs.getBytes("signature"));
    } catch (BadYamlException | MalformedException e) {
      throw new SQLException("this version does not read the study: " + e.getMessage(), e);
    }
  }

  /// The study that this submitter's request has made.
  static Optional<String> byRequest(Handle sql, String submitter, byte[] request) {
    return sql.createQuery("SELECT name FROM study WHERE submitter = ? AND request = ?")
        .bind(0, submitter)
        .bind(1, request)
        .mapTo(String.class)
        .findOne();
  }

  /// Studies that are not over, in the order in which they were submitted.
  static List<String> unfinished(Handle sql) {
    return sql.createQuery("SELECT name FROM study WHERE " + GOES_ON + " ORDER BY id")
        .mapTo(String.class)
        .list();
  }

  static int unfinishedOf(Handle sql, String submitter) {
    return sql.createQuery("SELECT count(*) FROM study WHERE submitter = ? AND " + GOES_ON)
        .bind(0, submitter)
        .mapTo(Integer.class)
        .one();
  }

  static Optional<StudySummary> summary(Handle sql, String study) {
    return sql.createQuery(SUMMARY + " WHERE name = ?")
        .bind(0, study)
        .map((rs, _) -> summary(rs))
        .findOne();
  }

  /// The newest `most`, oldest first; of one submitter, or of all.
  static List<StudySummary> summaries(Handle sql, Optional<String> submitter, int most) {
    return sql.createQuery(
            SUMMARY + " WHERE :who IS NULL OR submitter = :who ORDER BY id DESC LIMIT :most")
        .bind("who", submitter.orElse(null))
        .bind("most", most)
        .map((rs, _) -> summary(rs))
        .list()
        .reversed();
  }

  private static StudySummary summary(ResultSet rs) throws SQLException {
    return new StudySummary(
        rs.getString("name"),
        rs.getString("title"),
        rs.getString("submitter"),
        StudyState.ofLabel(rs.getString("state")),
        rs.getString("reason"),
        rs.getInt("rounds_done"),
        rs.getInt("rounds_planned"),
        Instant.parse(rs.getString("created_at")),
        Instant.parse(rs.getString("updated_at")));
  }

  static Digest digest(ResultSet rs, String column) throws SQLException {
    return Digest.ofBytes(rs.getBytes(column));
  }
}

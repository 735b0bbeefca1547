package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/// How a submission becomes a study: once, however often it is sent.
final class Submissions {
  private static final int MAX_UNFINISHED_PER_RESEARCHER = 8;
  private static final int MAX_NAME = 63;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Submissions() {}

  /// Keeps a new study, or finds the one that the same request has made; gives its name.
  static String keep(
      CoordinatorDatabase database,
      Submission submission,
      Digest firstState,
      Optional<byte[]> request,
      Clock clock) {
    return database.<String, RuntimeException>inTransaction(
        sql -> {
          Optional<String> before =
              request.flatMap(id -> StudyTable.byRequest(sql, submission.submitter(), id));
          if (before.isPresent()) {
            requireSame(submission, StudyTable.submission(sql, before.get()).orElseThrow());
            return before.get();
          }
          requireFew(sql, submission.submitter());
          StudyTable.insert(sql, submission, firstState, request, clock.instant());
          EventTable.insert(
              sql,
              submission.study(),
              0,
              StudyState.WAITING,
              "submitted by '%s'".formatted(submission.submitter()),
              0,
              OptionalLong.empty(),
              false,
              clock.instant());
          return submission.study();
        });
  }

  static void requireFew(Handle sql, String submitter) {
    int unfinished = StudyTable.unfinishedOf(sql, submitter);
    if (unfinished >= MAX_UNFINISHED_PER_RESEARCHER) {
      throw new IllegalArgumentException(
          "'%s' has %d unfinished studies; wait for one to end, or cancel one"
              .formatted(submitter, unfinished));
    }
  }

  private static void requireSame(Submission now, Submission before) {
    if (!now.plan().digest().equals(before.plan().digest())
        || !now.model().equals(before.model())
        || !now.initialVector().equals(before.initialVector())) {
      throw new IllegalArgumentException(
          "this request was used for study '%s', which is another".formatted(before.study()));
    }
  }

  /// The plan's name, shortened where it must be, and eight random digits. A study's name becomes
  /// its candidate's, which has at most 63 characters.
  static String name(String plan) {
    byte[] suffix = new byte[4];
    RANDOM.nextBytes(suffix);
    String stem = plan.substring(0, Math.min(plan.length(), MAX_NAME - 1 - 2 * suffix.length));
    return stem + "-" + HexFormat.of().formatHex(suffix);
  }
}

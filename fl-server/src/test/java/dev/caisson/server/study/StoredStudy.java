package dev.caisson.server.study;

import dev.caisson.server.store.CoordinatorDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/// A study in a real database, without a thread that runs it.
record StoredStudy(CoordinatorDatabase database, Submission submission) {
  StoredStudy(Path home, Submission submission) throws IOException {
    this(CoordinatorDatabase.open(home), submission);
    database.<RuntimeException>useTransaction(
        sql ->
            StudyTable.insert(
                sql,
                submission,
                submission.initialVector(),
                Optional.empty(),
                Clock.systemUTC().instant()));
  }

  StudyLog log() {
    return new StudyLog(database, Clock.systemUTC(), submission.study());
  }

  Participants participants(StudyLog log) {
    return Participants.of(submission, log, database);
  }
}

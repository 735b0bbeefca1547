package dev.caisson.server.study;

import dev.caisson.server.study.StudyDetail.CurvePoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// Studies as people read them: from the database, whether they run or are long over.
final class StudyReader {
  static final int LATEST = 20;
  static final int PAGE = 500;

  private final StudyMeans means;

  StudyReader(StudyMeans means) {
    this.means = means;
  }

  /// @param runner of a study that is not over
  Optional<StudyDetail> detail(String study, Optional<StudyRunner> runner) {
    return means
        .database()
        .<Optional<StudyDetail>, RuntimeException>read(
            sql ->
                StudyTable.submission(sql, study)
                    .map(
                        submission ->
                            new StudyDetail(
                                StudyTable.summary(sql, study).orElseThrow(),
                                submission.plan().text(),
                                means.deadlines(submission),
                                runner
                                    .map(running -> running.participants().standings())
                                    .orElseGet(() -> known(sql, submission)),
                                AttemptTable.current(sql, study).map(StudyReader::attempt),
                                AttemptTable.pinned(sql, study)
                                    .map(Pinned::sites)
                                    .orElse(List.of()),
                                latest(sql, study))));
  }

  /// A page of the curve: the rounds after this attempt.
  List<CurvePoint> curve(String study, long afterAttempt) {
    return means
        .database()
        .<List<CurvePoint>, RuntimeException>read(
            sql ->
                RoundTable.after(sql, study, afterAttempt, PAGE).stream()
                    .map(StudyReader::point)
                    .toList());
  }

  private static List<CurvePoint> latest(Handle sql, String study) {
    long from = RoundTable.beforeLatest(sql, study, LATEST);
    return RoundTable.after(sql, study, from, LATEST).stream().map(StudyReader::point).toList();
  }

  private static CurvePoint point(RoundTable.Done done) {
    return new CurvePoint(
        done.number(),
        done.purpose().label(),
        done.figures(),
        done.round().survivors(),
        done.ended(),
        done.attempt());
  }

  private static StudyDetail.Attempt attempt(AttemptTable.Attempt attempt) {
    return new StudyDetail.Attempt(
        attempt.attempt(), attempt.purpose().label(), attempt.phase().label(), attempt.started());
  }

  private static List<SiteStanding> known(Handle sql, Submission submission) {
    SortedMap<String, SiteStanding> sites = new TreeMap<>();
    SiteTables.commitments(sql, submission.study())
        .keySet()
        .forEach(site -> sites.put(site, new SiteStanding(site, SiteStanding.Place.READY, "")));
    for (Map.Entry<String, String> out : SiteTables.excluded(sql, submission.study()).entrySet()) {
      sites.put(
          out.getKey(),
          new SiteStanding(out.getKey(), SiteStanding.Place.LEFT_OUT, out.getValue()));
    }
    return new ArrayList<>(sites.values());
  }
}

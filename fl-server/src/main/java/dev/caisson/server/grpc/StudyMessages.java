package dev.caisson.server.grpc;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.wire.CompletedRound;
import dev.caisson.protocol.wire.RoundAttempt;
import dev.caisson.protocol.wire.RoundFigures;
import dev.caisson.protocol.wire.SiteStanding;
import dev.caisson.protocol.wire.SiteTraffic;
import dev.caisson.protocol.wire.StudyDetail;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.Timings;
import dev.caisson.server.round.Deadlines;
import dev.caisson.server.study.StudyDetail.CurvePoint;
import dev.caisson.server.study.StudyLog;

/// What researchers read of studies, as messages; none has a field for weights.
final class StudyMessages {
  private StudyMessages() {}

  static StudySummary summary(dev.caisson.server.study.StudySummary study) {
    return StudySummary.newBuilder()
        .setStudy(study.study())
        .setName(study.title())
        .setSubmitter(study.submitter())
        .setState(study.state().label())
        .setReason(study.reason())
        .setRoundsDone(study.roundsDone())
        .setRoundsPlanned(study.roundsPlanned())
        .setCreated(study.created().toEpochMilli())
        .setUpdated(study.updated().toEpochMilli())
        .build();
  }

  static StudyDetail detail(dev.caisson.server.study.StudyDetail detail) {
    StudyDetail.Builder out =
        StudyDetail.newBuilder()
            .setSummary(summary(detail.summary()))
            .setPlan(ByteString.copyFromUtf8(detail.plan()))
            .setTimings(timings(detail.deadlines()))
            .addAllPinned(detail.pinned());
    for (dev.caisson.server.study.SiteStanding site : detail.sites()) {
      out.addSites(
          SiteStanding.newBuilder()
              .setSite(site.site())
              .setStanding(site.place().words())
              .setReason(site.reason()));
    }
    detail
        .attempt()
        .ifPresent(
            attempt ->
                out.setAttempt(
                    RoundAttempt.newBuilder()
                        .setAttempt(attempt.number())
                        .setPurpose(attempt.purpose())
                        .setPhase(attempt.phase())
                        .setStarted(attempt.started().toEpochMilli())));
    detail.rounds().forEach(round -> out.addRounds(round(round)));
    return out.build();
  }

  private static Timings timings(Deadlines deadlines) {
    return Timings.newBuilder()
        .setRound(deadlines.round().toMillis())
        .setUploadAfter(deadlines.uploadAfter().toMillis())
        .setGrace(deadlines.grace().toMillis())
        .setCheck(deadlines.check().toMillis())
        .setPatience(deadlines.patience().toMillis())
        .setEnough(deadlines.enough().toMillis())
        .build();
  }

  static CompletedRound round(CurvePoint round) {
    return CompletedRound.newBuilder()
        .setRound(round.round())
        .setPurpose(round.purpose())
        .setFigures(figures(round.figures()))
        .addAllSurvivors(round.survivors())
        .setEnded(round.ended().toEpochMilli())
        .setAttempt(round.attempt())
        .build();
  }

  static StudyEvent event(String study, StudyLog.Event event) {
    StudyEvent.Builder out =
        StudyEvent.newBuilder()
            .setSequence(event.sequence())
            .setStudy(study)
            .setState(event.state().label())
            .setText(event.text())
            .setRound(event.round())
            .setLast(event.state().isFinal())
            .setTrouble(event.trouble())
            .setAt(event.at().toEpochMilli());
    event.figures().ifPresent(figures -> out.setFigures(figures(figures)));
    return out.build();
  }

  private static RoundFigures figures(StudyLog.Figures figures) {
    RoundFigures.Builder wire =
        RoundFigures.newBuilder()
            .putAllMetrics(figures.metrics())
            .setMilliseconds(figures.milliseconds());
    figures
        .bytesOut()
        .forEach(
            (site, bytes) ->
                wire.addTraffic(SiteTraffic.newBuilder().setSite(site).setBytesOut(bytes)));
    return wire.build();
  }
}

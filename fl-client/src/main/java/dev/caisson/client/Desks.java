package dev.caisson.client;

import dev.caisson.client.grpc.Line;
import dev.caisson.client.round.SiteRoundRunner;
import dev.caisson.client.study.StudyAdmission;
import dev.caisson.client.training.TrainingPlace;
import dev.caisson.protocol.study.SignedPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The studies that this site takes part in, each at a desk of its own. They outlive a connection:
/// a study that goes on is offered again on the next one, and its desk goes on where it was. One
/// that is not would keep its thread and its engine for good, so it is cleared away after
/// [#UNCLAIMED], or when its round's time is over if that is later.
///
/// There are few desks, and studies that never end do not keep them: where all are taken, the study
/// that has rested longest, at least [#REST], is put aside ([SetAside]) for a new one, and gets a
/// desk again when a round of it begins. Not guaranteed: studies that are kept busy keep their
/// desks. Thread-safe.
final class Desks {
  private static final Logger LOG = LoggerFactory.getLogger(Desks.class);
  private static final int MOST_STUDIES = 16;
  static final Duration UNCLAIMED = Duration.ofMinutes(3);

  /// Longer than studies that go on pause between two rounds.
  static final Duration REST = Duration.ofMinutes(2);

  private final SiteRoundRunner.Site site;
  private final StudyAdmission admission;
  private final TrainingPlace place;
  private final Line line;
  private final Duration unclaimed;
  private final Duration rest;
  private final SetAside aside = new SetAside();
  private final Map<String, StudyDesk> desks = new HashMap<>();
  private final Told told = new Told();
  private final Openings openings = new Openings();
  private String coordinator = "";
  private boolean draining;

  Desks(
      SiteRoundRunner.Site site,
      StudyAdmission admission,
      TrainingPlace place,
      Line line,
      Duration unclaimed,
      Duration rest) {
    this.site = site;
    this.admission = admission;
    this.place = place;
    this.line = line;
    this.unclaimed = unclaimed;
    this.rest = rest;
  }

  /// A conversation has begun with this process of the coordinator. What rounds another one had are
  /// over.
  synchronized void connected(String process) {
    boolean another = !coordinator.isEmpty() && !coordinator.equals(process);
    coordinator = process;
    if (another) {
      LOG.warn("the coordinator was started anew: its rounds are over, its studies may go on");
      desks.values().forEach(StudyDesk::coordinatorRestarted);
    }
  }

  /// The conversation has ended; every study has to be named again.
  synchronized void disconnected() {
    desks.values().forEach(StudyDesk::unclaim);
    aside.clear();
  }

  synchronized void offered(String study, SignedPlan plan) {
    if (draining) {
      return; // a refusal would stand; without an answer it is offered on the next connection
    }
    StudyDesk there = desks.get(study);
    if (there != null && !there.isAlive()) {
      LOG.error("study '{}': its thread has ended; another one takes its place", study);
      there.close();
      desks.remove(study);
    }
    aside.take(study);
    Tray.Work.Offer offer = new Tray.Work.Offer(plan);
    StudyDesk open = desks.get(study);
    if (open != null) {
      open.offered(offer);
    } else if (!opened(study, offer)) {
      String reason = "this site takes part in %d studies at a time".formatted(MOST_STUDIES);
      LOG.warn("study '{}' is not looked at: {}", study, reason);
      line.refuse(study, reason);
    }
  }

  /// Gives a study a desk, unless all are taken by studies that go on.
  private boolean opened(String study, Tray.Work.Offer offer) {
    if (desks.size() >= MOST_STUDIES && !makeRoom()) {
      return false;
    }
    desks.put(study, new StudyDesk(study, site, admission, place, line, told, openings, offer));
    return true;
  }

  /// Clears a desk that nobody needs: of a study that was refused, or that this conversation has
  /// not named and whose round is over. Else puts aside the one that has rested longest.
  private boolean makeRoom() {
    for (Map.Entry<String, StudyDesk> desk : desks.entrySet()) {
      if (desk.getValue().isIdle(Duration.ZERO)) {
        desk.getValue().close();
        desks.remove(desk.getKey());
        return true;
      }
    }
    Optional<Map.Entry<String, StudyDesk>> rests =
        desks.entrySet().stream()
            .filter(desk -> desk.getValue().isResting(rest))
            .min((a, b) -> Long.signum(a.getValue().touched() - b.getValue().touched()));
    if (rests.isEmpty()) {
      return false;
    }
    String study = rests.get().getKey();
    StudyDesk desk = rests.get().getValue();
    LOG.info("study '{}' rests: its desk is given to another until it goes on", study);
    desk.close();
    desks.remove(study);
    aside.put(study, desk.offer());
    return true;
  }

  synchronized void message(String study, String round, byte[] payload) {
    Optional<Tray.Work.Offer> offer = aside.take(study);
    if (offer.isPresent() && (draining || !opened(study, offer.get()))) {
      aside.put(study, offer.get());
      String reason =
          draining
              ? "this site is being stopped"
              : "this site takes part in %d other studies".formatted(MOST_STUDIES);
      line.leave(study, round, reason);
    }
    StudyDesk desk = desks.get(study);
    if (desk != null) {
      desk.message(round, payload);
    }
  }

  synchronized void roundEnded(String study, String round, boolean completed, String reason) {
    StudyDesk desk = desks.get(study);
    if (desk != null) {
      desk.roundEnded(round, completed, reason);
    }
  }

  synchronized void studyEnded(String study, String reason) {
    LOG.info("study '{}' is over: {}", study, reason);
    aside.take(study);
    StudyDesk desk = desks.remove(study);
    if (desk != null) {
      desk.close();
    }
  }

  /// Clears away what nobody has named for too long. To be called now and then.
  synchronized void sweep() {
    for (Iterator<Map.Entry<String, StudyDesk>> all = desks.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<String, StudyDesk> desk = all.next();
      if (desk.getValue().isUnclaimed() && desk.getValue().isIdle(unclaimed)) {
        LOG.info("study '{}' is not offered any more: it is cleared away", desk.getKey());
        desk.getValue().close();
        all.remove();
      }
    }
  }

  /// From here on nothing new is begun; what is being answered goes on.
  synchronized void drain() {
    draining = true;
    desks.values().forEach(StudyDesk::drain);
  }

  /// Whether a round is being answered.
  synchronized boolean isAnswering() {
    return desks.values().stream().anyMatch(StudyDesk::isAnswering);
  }

  synchronized int size() {
    return desks.size();
  }

  synchronized void close() {
    desks.values().forEach(StudyDesk::close);
    desks.clear();
  }
}

package dev.caisson.server.study;

import dev.caisson.secagg.Fault;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.server.site.SiteLink;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where a study's sites stand: away, asked, taking part, or refusing. Belongs to the study's
/// thread, but for [#standings]. Who is connected is forgotten with the process; what a site
/// committed itself to, and why it was left out, is not.
final class Participants {
  private final Submission submission;
  private final StudyLog log;
  private final Map<String, SiteLink> links = new HashMap<>();
  private final SortedMap<String, Digest> commitments;
  private final SortedMap<String, SiteLink> ready = new TreeMap<>();
  private final SortedMap<String, String> refusals = new TreeMap<>();
  private final SortedMap<String, String> excluded;

  /// Sites that were waited for once in vain.
  private final Set<String> passedOver = new HashSet<>();

  private volatile List<SiteStanding> standings;

  /// @param commitments of sites that have taken part before
  /// @param excluded sites that are left out, and why
  private Participants(
      Submission submission,
      StudyLog log,
      SortedMap<String, Digest> commitments,
      SortedMap<String, String> excluded) {
    this.submission = submission;
    this.log = log;
    this.commitments = new TreeMap<>(commitments);
    this.excluded = new TreeMap<>(excluded);
    refusals.putAll(excluded);
    standings = current();
  }

  /// The study's sites with what is kept of them.
  static Participants of(Submission submission, StudyLog log, CoordinatorDatabase database) {
    return database.<Participants, RuntimeException>read(
        sql ->
            new Participants(
                submission,
                log,
                SiteTables.commitments(sql, submission.study()),
                SiteTables.excluded(sql, submission.study())));
  }

  void handle(SiteEvent event) {
    hear(event);
    standings = current();
  }

  private void hear(SiteEvent event) {
    if (!submission.plan().sites().contains(event.site())) {
      return;
    }
    switch (event) {
      case SiteEvent.Arrived(SiteLink link) -> {
        if (link.equals(links.put(link.site(), link))) {
          return; // heard of twice, because it came while the study began
        }
        ready.remove(link.site());
        if (excluded.containsKey(link.site())) {
          return;
        }
        refusals.remove(link.site());
        offer(link);
      }
      case SiteEvent.Gone(SiteLink link) -> {
        if (links.remove(link.site(), link)) {
          ready.remove(link.site());
          log.trouble("site '%s' is gone".formatted(link.site()));
        }
      }
      case SiteEvent.Admitted(String site, Digest commitment) -> admitted(site, commitment);
      case SiteEvent.Refused(String site, String reason) -> {
        refusals.put(site, reason);
        ready.remove(site);
        log.trouble("site '%s' refuses: %s".formatted(site, reason));
      }
      case SiteEvent.Leaving(SiteLink link) -> {
        if (link.equals(links.get(link.site())) && ready.remove(link.site()) != null) {
          log.trouble("site '%s' is being stopped".formatted(link.site()));
        }
      }
      case SiteEvent.UploadAsked asked -> asked.chunks().complete(SiteEvent.UploadAsked.NO_ROUND);
      // Late words of a round that is over.
      case SiteEvent.Payload _, SiteEvent.Chunk _, SiteEvent.LeftRound _, SiteEvent.Checked _ -> {}
    }
  }

  private void offer(SiteLink link) {
    link.offer(submission.study(), submission.signedPlan());
  }

  /// Asks those who are connected and have not answered, as far as is known here.
  void askAgain() {
    links.forEach(
        (site, link) -> {
          if (!ready.containsKey(site) && !refusals.containsKey(site)) {
            offer(link);
          }
        });
  }

  private void admitted(String site, Digest commitment) {
    SiteLink link = links.get(site);
    if (link == null || excluded.containsKey(site)) {
      return; // answered and left at once, or is left out
    }
    Digest first = commitments.get(site);
    if (first != null && !first.equals(commitment)) {
      ready.remove(site);
      refusals.put(site, "it changed which persons it holds out");
      log.trouble("site '%s' came back with another hold-out and is left out".formatted(site));
      return;
    }
    log.say(
        "site '%s' takes part".formatted(site),
        first != null
            ? StudyLog.Also.NOTHING
            : sql -> SiteTables.commit(sql, submission.study(), site, commitment));
    commitments.put(site, commitment);
    refusals.remove(site);
    passedOver.remove(site);
    ready.put(site, link);
  }

  /// Leaves a site out of all further rounds: its identity key signed what broke a rule of the
  /// aggregation.
  void exclude(String site, List<Fault> faults) {
    if (!submission.plan().sites().contains(site)) {
      return;
    }
    Fault fault =
        faults.stream()
            .filter(f -> f.party().equals(site) && f.rule().provesCulprit())
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no fault names " + site));
    String why = "it broke %s: %s".formatted(fault.rule(), fault.detail());
    log.trouble(
        "site '%s' is left out from here on: %s".formatted(site, why),
        sql -> SiteTables.exclude(sql, submission.study(), site, why));
    excluded.put(site, why);
    ready.remove(site);
    refusals.put(site, why);
    standings = current();
  }

  /// Says, once a site, that it lost a round by what no signature of its covers. It stays in the
  /// study: else whoever has its TLS key alone could put it out.
  void tellUnsigned(String what, List<Fault> faults) {
    Set<String> told = new HashSet<>();
    for (Fault fault : faults) {
      if (submission.plan().sites().contains(fault.party()) && told.add(fault.party())) {
        log.trouble(
            ("%s: over the connection of '%s' came what it had not signed, and it is out of this"
                    + " round: %s: %s. Unless its software explains that, its TLS key is in other"
                    + " hands: revoke it and enrol it again")
                .formatted(what, fault.party(), fault.rule(), fault.detail()));
      }
    }
  }

  /// The sites that can start a round now, in name order.
  SortedMap<String, SiteLink> ready() {
    return new TreeMap<>(ready);
  }

  /// Whether every site is ready, has refused, or was waited for once in vain.
  boolean complete() {
    return submission.plan().sites().stream()
        .allMatch(
            site ->
                ready.containsKey(site) || refusals.containsKey(site) || passedOver.contains(site));
  }

  /// Does not wait again for those that are missing now, until they have been back.
  void passOverTheMissing() {
    for (String site : submission.plan().sites()) {
      if (!ready.containsKey(site) && !refusals.containsKey(site)) {
        passedOver.add(site);
      }
    }
  }

  /// Whether the refusals alone make the study impossible.
  boolean hopeless() {
    return submission.plan().sites().size() - refusals.size()
        < submission.plan().aggregation().threshold();
  }

  SortedMap<String, Digest> commitments() {
    return new TreeMap<>(commitments);
  }

  /// Who is missing and why, for people.
  String missing() {
    return missing(submission.plan().sites());
  }

  /// Who of these is missing and why.
  String missing(List<String> sites) {
    List<String> words = new ArrayList<>();
    for (String site : sites) {
      if (refusals.containsKey(site)) {
        words.add(
            excluded.containsKey(site)
                ? "'%s' is left out (%s)".formatted(site, excluded.get(site))
                : "'%s' refuses (%s)".formatted(site, refusals.get(site)));
      } else if (!ready.containsKey(site)) {
        words.add(
            links.containsKey(site)
                ? "'%s' has not answered".formatted(site)
                : "'%s' is not connected".formatted(site));
      }
    }
    return String.join("; ", words);
  }

  /// Whether this site has refused, or is left out.
  boolean refuses(String site) {
    return refusals.containsKey(site);
  }

  /// Where each site of the plan stands; may be asked by any thread.
  List<SiteStanding> standings() {
    return standings;
  }

  private List<SiteStanding> current() {
    return submission.plan().sites().stream().map(this::standing).toList();
  }

  private SiteStanding standing(String site) {
    if (excluded.containsKey(site)) {
      return new SiteStanding(site, SiteStanding.Place.LEFT_OUT, excluded.get(site));
    }
    if (refusals.containsKey(site)) {
      return new SiteStanding(site, SiteStanding.Place.REFUSES, refusals.get(site));
    }
    SiteStanding.Place place =
        ready.containsKey(site)
            ? SiteStanding.Place.READY
            : links.containsKey(site) ? SiteStanding.Place.ASKED : SiteStanding.Place.AWAY;
    return new SiteStanding(site, place, "");
  }

  /// Tells every connected site that the study is over.
  void dismiss(String reason) {
    links.values().forEach(link -> link.studyEnded(submission.study(), reason));
  }
}

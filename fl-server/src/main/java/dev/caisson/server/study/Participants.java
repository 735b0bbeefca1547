package dev.caisson.server.study;

import dev.caisson.secagg.Fault;
import dev.caisson.server.site.SiteEvent;
import dev.caisson.server.site.SiteLink;
import dev.caisson.trust.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where a study's sites stand: away, asked, taking part, or refusing. Belongs to the study's
/// thread.
final class Participants {
  private final Submission submission;
  private final StudyLog log;
  private final Map<String, SiteLink> links = new HashMap<>();
  private final SortedMap<String, Digest> commitments = new TreeMap<>();
  private final SortedMap<String, SiteLink> ready = new TreeMap<>();
  private final SortedMap<String, String> refusals = new TreeMap<>();
  private final SortedMap<String, String> excluded = new TreeMap<>();

  Participants(Submission submission, StudyLog log) {
    this.submission = submission;
    this.log = log;
  }

  void handle(SiteEvent event) {
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
        link.offer(
            submission.study(),
            submission.plan().text().getBytes(StandardCharsets.UTF_8),
            submission.plan().dataset(),
            submission.model());
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
      case SiteEvent.Payload _, SiteEvent.Chunk _, SiteEvent.LeftRound _ -> {}
    }
  }

  private void admitted(String site, Digest commitment) {
    SiteLink link = links.get(site);
    if (link == null || excluded.containsKey(site)) {
      return; // answered and left at once, or is left out
    }
    Digest first = commitments.putIfAbsent(site, commitment);
    if (first != null && !first.equals(commitment)) {
      ready.remove(site);
      refusals.put(site, "it changed which persons it holds out");
      log.trouble("site '%s' came back with another hold-out and is left out".formatted(site));
      return;
    }
    refusals.remove(site);
    ready.put(site, link);
    log.say("site '%s' takes part".formatted(site));
  }

  /// Leaves a site out of all further rounds: it broke a rule of the aggregation, and nobody else
  /// can have done it.
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
    excluded.put(site, why);
    ready.remove(site);
    refusals.put(site, why);
    log.trouble("site '%s' is left out from here on: %s".formatted(site, why));
  }

  /// The sites that can start a round now, in name order.
  SortedMap<String, SiteLink> ready() {
    return new TreeMap<>(ready);
  }

  /// Whether every site that has not refused is ready.
  boolean complete() {
    return ready.size() + refusals.size() >= submission.plan().sites().size();
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
    List<String> words = new ArrayList<>();
    for (String site : submission.plan().sites()) {
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

  /// Tells every connected site that the study is over.
  void dismiss(String reason) {
    links.values().forEach(link -> link.studyEnded(submission.study(), reason));
  }
}

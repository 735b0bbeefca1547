package dev.caisson.server.round;

import dev.caisson.server.site.Incarnation;
import dev.caisson.server.site.SiteLink;
import dev.caisson.trust.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The sites of one round: each is here, or away for at most the grace, or lost. One whose process
/// comes back goes on where it was, since its secrets live on with it: it is sent again what it was
/// sent last. A process that was started anew has no secrets, and is lost. One thread at a time.
final class Members {
  private final String study;
  private final String round;
  private final Duration grace;
  private final SortedMap<String, Member> members = new TreeMap<>();

  private static final class Member {
    final Incarnation incarnation;
    final Set<Digest> heard = new HashSet<>();

    /// Where it was heard of last; of a site that is away, a link that takes nothing.
    SiteLink link;

    boolean leaving;
    boolean checked;
    boolean lost;
    boolean away;
    long awaySince;
    byte @Nullable [] last;
    long bytes;
    int chunks;

    Member(SiteLink link) {
      this.link = link;
      this.incarnation = link.incarnation();
    }
  }

  Members(String study, String round, Duration grace, Map<String, SiteLink> cohort) {
    this.study = study;
    this.round = round;
    this.grace = grace;
    cohort.forEach((site, link) -> members.put(site, new Member(link)));
  }

  /// Whether a site is of this round and not lost.
  boolean has(String site) {
    return member(site).isPresent();
  }

  private Optional<Member> member(String site) {
    return Optional.ofNullable(members.get(site)).filter(member -> !member.lost);
  }

  /// Sends a member its next message; one that is away gets it when it comes back.
  void send(String site, byte[] payload) {
    member(site)
        .ifPresent(
            member -> {
              member.last = payload;
              member.link.round(study, round, payload);
            });
  }

  /// A connection ended. Says why its site is lost by that, if it is.
  Optional<String> gone(SiteLink link) {
    Optional<Member> member = member(link.site()).filter(m -> m.link.equals(link));
    member.ifPresent(
        m -> {
          m.away = true;
          m.awaySince = System.nanoTime();
        });
    return member.filter(m -> m.leaving).map(_ -> "'%s' was stopped".formatted(link.site()));
  }

  /// A connection was made. Says why its site is lost by that, if it is.
  Optional<String> arrived(SiteLink link) {
    Member member = members.get(link.site());
    if (member == null || member.link.equals(link)) {
      return Optional.empty();
    }
    if (!member.incarnation.equals(link.incarnation())) {
      return has(link.site())
          ? Optional.of("'%s' was started anew".formatted(link.site()))
          : Optional.empty();
    }
    member.link = link;
    member.away = false;
    if (!member.lost && member.last != null) {
      link.round(study, round, member.last);
    }
    return Optional.empty();
  }

  /// The site's process is being stopped; it may still deliver, but nobody waits for its return.
  void leaving(SiteLink link) {
    member(link.site()).filter(m -> m.link.equals(link)).ifPresent(m -> m.leaving = true);
  }

  /// How long until the grace of one that is away is over; not positive where it is.
  Optional<Duration> nextOverdue() {
    long now = System.nanoTime();
    return members.values().stream()
        .filter(member -> member.away && !member.lost)
        .map(member -> grace.minusNanos(now - member.awaySince))
        .min(Duration::compareTo);
  }

  /// Those whose grace is over.
  List<String> overdue() {
    long now = System.nanoTime();
    List<String> overdue = new ArrayList<>();
    members.forEach(
        (site, member) -> {
          if (member.away && !member.lost && now - member.awaySince >= grace.toNanos()) {
            overdue.add(site);
          }
        });
    return overdue;
  }

  /// From here on nothing is taken from it or sent to it; false if it was lost already.
  boolean lose(String site) {
    Optional<Member> member = member(site);
    member.ifPresent(
        m -> {
          m.lost = true;
          m.last = null;
        });
    return member.isPresent();
  }

  /// Whether these very bytes were taken from the site before, in this phase or an earlier one: its
  /// answer to something that it was sent again.
  boolean isRepeated(String site, byte[] payload) {
    return member(site).filter(m -> m.heard.contains(Digest.of(payload))).isPresent();
  }

  /// Remembers what was taken. Bounded: a phase takes one message of a site.
  void heard(String site, byte[] payload) {
    member(site).ifPresent(m -> m.heard.add(Digest.of(payload)));
  }

  /// Remembers that a chunk was taken.
  void heardChunk(String site, int index) {
    member(site).filter(m -> m.chunks == index).ifPresent(m -> m.chunks++);
  }

  /// How many chunks were taken, from the first one on without a gap.
  Optional<Integer> chunks(String site) {
    return member(site).map(m -> m.chunks);
  }

  /// The site is done with the check of the sum.
  void checked(String site) {
    member(site).ifPresent(m -> m.checked = true);
  }

  /// Those of these sites that may still make the check.
  List<String> unchecked(Collection<String> shown) {
    return shown.stream().filter(site -> member(site).filter(m -> !m.checked).isPresent()).toList();
  }

  void count(String site, long bytes) {
    member(site).ifPresent(m -> m.bytes += bytes);
  }

  /// Payload bytes that each site of the cohort sent, those sent again too.
  SortedMap<String, Long> bytes() {
    SortedMap<String, Long> bytes = new TreeMap<>();
    members.forEach((site, member) -> bytes.put(site, member.bytes));
    return bytes;
  }

  /// Tells all processes that were in it, lost or not, that the round is over.
  void tellEnded(String reason) {
    members
        .values()
        .forEach(member -> member.link.roundEnded(study, round, reason.isEmpty(), reason));
  }
}

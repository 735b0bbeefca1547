package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Statement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Who takes part in a round, who was dropped, and who broke what, over all its phases.
final class Roll {
  private static final int FAULTS_OF_A_KIND = 10;

  final RoundManifest manifest;
  final Digest digest;
  final CoordinatorRound.Sums sums;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Identity> identities;
  private final TreeSet<Integer> dropped = new TreeSet<>();
  private final List<Fault> faults = new ArrayList<>();

  Roll(RoundManifest manifest, Roster roster, CoordinatorRound.Sums sums) {
    this.manifest = manifest;
    this.sums = sums;
    manifest.cohort().forEach(name -> numbers.put(name, numbers.size()));
    this.digest = manifest.digest();
    this.identities =
        manifest.cohort().stream()
            .map(
                name ->
                    roster
                        .find(name)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "'%s' of the cohort is not in the roster".formatted(name))))
            .toList();
  }

  /// Where not everybody masks with everybody.
  Optional<Topology.Regular> graph() {
    return switch (manifest.topology()) {
      case Topology.Complete _ -> Optional.empty();
      case Topology.Regular graph -> Optional.of(graph);
    };
  }

  /// Within how many members messages count.
  int bound() {
    return manifest.memberBound();
  }

  String name(int member) {
    return manifest.cohort().get(member);
  }

  List<String> names(Iterable<Integer> members) {
    List<String> names = new ArrayList<>();
    members.forEach(member -> names.add(name(member)));
    return names;
  }

  /// A site's number in the cohort, or -1.
  int member(String site) {
    return numbers.getOrDefault(site, -1);
  }

  /// Why nothing may be taken from a site now, if so: it is not one of `expected`, or was dropped.
  Optional<Fault> objection(String site, Set<Integer> expected) {
    int member = member(site);
    if (dropped.contains(member)) {
      return Optional.of(
          record(Rule.STAYS_DROPPED, site, "was declared dropped and cannot rejoin this round"));
    }
    if (!expected.contains(member)) {
      return Optional.of(
          record(
              Rule.MEMBER,
              site.length() > 63 ? "unknown site" : site,
              "is not awaited in this phase"));
    }
    return Optional.empty();
  }

  /// Whether a statement is this member's, at this point of the transcript.
  <S extends Statement> Optional<Fault> objection(
      Signed<S> message, Digest transcript, int member) {
    return message
        .objection(
            new Origin(digest, transcript, member),
            manifest.signatures(),
            name(member),
            identities.get(member))
        .map(this::record);
  }

  Fault record(Rule rule, String party, String detail) {
    return record(new Fault(rule, party, detail));
  }

  /// Keeps a fault, once, and no more than a few of a party under one rule, so that nobody's flood
  /// leaves no room for another fault. All outside the cohort are one party.
  Fault record(Fault fault) {
    long alike =
        faults.stream()
            .filter(f -> f.rule() == fault.rule() && member(f.party()) == member(fault.party()))
            .count();
    if (alike < FAULTS_OF_A_KIND && !faults.contains(fault)) {
      faults.add(fault);
    }
    return fault;
  }

  List<Fault> faults() {
    return List.copyOf(faults);
  }

  void drop(int member) {
    if (member >= 0) {
      dropped.add(member);
    }
  }

  /// The members that were not dropped.
  NavigableSet<Integer> live(Iterable<Integer> members) {
    NavigableSet<Integer> live = new TreeSet<>();
    for (int member : members) {
      if (!dropped.contains(member)) {
        live.add(member);
      }
    }
    return live;
  }

  /// Aborts unless a list is as long as the rules want.
  <T> Optional<Outcome<T>> tooFew(String list, int size) {
    return size >= manifest.floor()
        ? Optional.empty()
        : Optional.of(
            aborted(
                "%2$d sites reached this step (%1$s), at least %3$d = max(3, t) are needed"
                    .formatted(list, size, manifest.floor())));
  }

  <T> Outcome<T> aborted(String reason) {
    return new Outcome.Aborted<>(reason, faults());
  }
}

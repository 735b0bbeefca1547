package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.graph.GraphPolicy;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Statement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What stays the same through a site's phases of one round.
final class SiteContext {
  final RoundManifest manifest;
  final Digest manifestDigest;
  final int self;
  final SecureRandom random;
  final Digest scope;
  final GraphPolicy graphs;
  private final IdentityKey key;
  private final List<Identity> identities;

  SiteContext(
      RoundManifest manifest,
      int self,
      IdentityKey key,
      SitePolicy policy,
      Digest scope,
      SecureRandom random) {
    this.manifest = manifest;
    this.manifestDigest = manifest.digest();
    this.self = self;
    this.key = key;
    this.random = random;
    this.scope = scope;
    this.graphs = policy.graphs();
    this.identities =
        manifest.cohort().stream().map(name -> policy.roster().find(name).orElseThrow()).toList();
  }

  /// The round's graph, where it is not the complete one.
  Optional<Topology.Regular> graph() {
    return switch (manifest.topology()) {
      case Topology.Complete _ -> Optional.empty();
      case Topology.Regular graph -> Optional.of(graph);
    };
  }

  /// Whether the round's graph is one that this site's policy allows among so many members of U1.
  Optional<Fault> graphObjection(int members) {
    return graph()
        .flatMap(graph -> graphs.objectionAmong(graph, members))
        .map(reason -> coordinator(Rule.GRAPH, reason));
  }

  /// Within how many members messages count.
  int bound() {
    return manifest.memberBound();
  }

  String name(int member) {
    return manifest.cohort().get(member);
  }

  String selfName() {
    return name(self);
  }

  Origin origin(Digest transcript, int member) {
    return new Origin(manifestDigest, transcript, member);
  }

  Origin own(Digest transcript) {
    return origin(transcript, self);
  }

  <S extends Statement> Signed<S> sign(S statement) {
    return Signed.sign(statement, manifest.signatures(), key);
  }

  /// Whether a relayed statement is `member`'s, of this round and transcript.
  <S extends Statement> Optional<Fault> objection(
      Signed<S> message, Digest transcript, int member) {
    return message.objection(
        origin(transcript, member), manifest.signatures(), name(member), identities.get(member));
  }

  /// Whether a list's members ascend, are among those of the list before, and are enough.
  Optional<Fault> objection(String list, List<Integer> members, List<Integer> before) {
    TreeSet<Integer> allowed = new TreeSet<>(before);
    int last = -1;
    for (int member : members) {
      if (member <= last || !allowed.contains(member)) {
        return Optional.of(
            coordinator(
                Rule.NESTED_LISTS,
                "%s names member %d out of order, twice, or against the list before"
                    .formatted(list, member)));
      }
      last = member;
    }
    if (members.size() < manifest.floor()) {
      return Optional.of(
          coordinator(
              Rule.SURVIVOR_FLOOR,
              "%s has %d members, at least %d = max(3, t) are needed"
                  .formatted(list, members.size(), manifest.floor())));
    }
    return Optional.empty();
  }

  /// Whether enough of those that this site drew are in a list for its self-mask to be rebuilt. A
  /// site that goes on with fewer could be in the list and not in the sum.
  Optional<Fault> tooFewLeft(String list, Set<Integer> drawn, List<Integer> members) {
    if (graph().isEmpty()) {
      return Optional.empty();
    }
    long left = members.stream().filter(drawn::contains).count();
    return left >= manifest.shareThreshold()
        ? Optional.empty()
        : Optional.of(
            coordinator(
                Rule.NEIGHBOURHOOD,
                "%s has %d of the members that this site drew, at least %d are needed"
                    .formatted(list, left, manifest.shareThreshold())));
  }

  static Fault coordinator(Rule rule, String detail) {
    return new Fault(rule, Fault.COORDINATOR, detail);
  }

  static Fault malformed(String what, MalformedException e) {
    return coordinator(Rule.WELL_FORMED, "%s: %s".formatted(what, e.getMessage()));
  }
}

package dev.caisson.server;

import dev.caisson.protocol.enrol.Renewal;
import dev.caisson.protocol.grpc.BoundedRequests;
import dev.caisson.protocol.grpc.Door;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.server.grpc.EnrolmentEndpoint;
import dev.caisson.server.grpc.MembersEndpoint;
import dev.caisson.server.member.CoordinatorHome;
import dev.caisson.server.member.Enrolments;
import dev.caisson.server.member.KnownRevocations;
import dev.caisson.server.member.Members;
import dev.caisson.server.member.WrongTokens;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import io.grpc.BindableService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a running coordinator needs to know of its members: who they are, who is out, and how they
/// get certificates.
final class Membership implements AutoCloseable {
  /// How soon a revoked caller's open calls end, at the latest: twice this.
  static final Duration RECHECK = Duration.ofSeconds(10);

  private final Members members;
  private final Optional<Enrolments> enrolments;
  private final KnownRevocations revocations;
  private final Identity coordinator;
  private final Roster others;
  private final Duration recheck;
  private @Nullable Renewal renewal;

  private Membership(
      Members members,
      Optional<Enrolments> enrolments,
      Identity coordinator,
      Roster others,
      Duration recheck) {
    this.members = members;
    this.enrolments = enrolments;
    this.revocations = new KnownRevocations(members, recheck.dividedBy(2));
    this.coordinator = coordinator;
    this.others = others;
    this.recheck = recheck;
  }

  static Membership open(
      Path home,
      CoordinatorDatabase database,
      Identity coordinator,
      Roster others,
      Duration recheck)
      throws IOException {
    Clock clock = Clock.systemUTC();
    return new Membership(
        new Members(database, clock),
        CoordinatorHome.authority(home, database, clock)
            .map(authority -> new Enrolments(database, authority, clock)),
        coordinator,
        others,
        recheck);
  }

  /// The sites by their identities: those enrolled, and those of the roster that was given.
  Roster sites() {
    Map<String, Identity> known = new TreeMap<>(members.identities(Role.SITE));
    Set<Identity> taken = new HashSet<>(known.values());
    for (String name : others.names()) {
      others
          .find(name)
          .filter(identity -> !known.containsKey(name) && taken.add(identity))
          .ifPresent(identity -> known.put(name, identity));
    }
    return new Roster(known);
  }

  /// An enrolled researcher's identity.
  Optional<Identity> researcher(String name) {
    return Optional.ofNullable(members.identities(Role.RESEARCHER).get(name));
  }

  List<BindableService> services() {
    Optional<Digest> authority =
        enrolments.map(issuing -> Digest.of(Certificates.bytes(issuing.authority())));
    return List.of(
        new BoundedRequests(
            new EnrolmentEndpoint(
                enrolments, members, revocations, new WrongTokens(Clock.systemUTC()), coordinator),
            EnrolmentEndpoint.MAX_REQUEST),
        new MembersEndpoint(members, authority));
  }

  Door door() {
    return new Door(enrolments.isPresent(), revocations, recheck, Clock.systemUTC());
  }

  /// Renews the coordinator's own certificate in time, where the authority is at home here.
  void keepFresh(Credentials keys) {
    if (keys instanceof StoredKeys stored && enrolments.isPresent()) {
      renewal =
          Renewal.start(stored, enrolments.get().ownIssuer(stored.now().self()), Clock.systemUTC());
    }
  }

  @Override
  public void close() {
    if (renewal != null) {
      renewal.close();
    }
  }
}

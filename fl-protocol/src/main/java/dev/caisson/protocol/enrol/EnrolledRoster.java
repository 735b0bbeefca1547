package dev.caisson.protocol.enrol;

import dev.caisson.protocol.grpc.Statuses;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.EnrolledMember;
import dev.caisson.protocol.wire.EnrolmentGrpc;
import dev.caisson.protocol.wire.RosterReply;
import dev.caisson.protocol.wire.RosterRequest;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Who is enrolled, **as the coordinator tells it**: nothing to rely on before people have compared
/// its [#digest] by another way.
///
/// @param members rosters by the role of their members
public record EnrolledRoster(SortedMap<Role, Roster> members, Identity coordinator) {
  private static final int MOST = 10_000;
  private static final long SECONDS = 30;

  public EnrolledRoster {
    members = new TreeMap<>(members);
  }

  /// Asks the coordinator.
  public static EnrolledRoster fetch(String host, int port, Credentials keys) throws IOException {
    ManagedChannel channel = Wire.dial(host, port, Role.COORDINATOR, keys);
    try {
      return read(
          EnrolmentGrpc.newBlockingStub(channel)
              .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
              .roster(RosterRequest.getDefaultInstance()));
    } catch (StatusRuntimeException e) {
      throw new IOException(
          "the coordinator at %s:%d is %s".formatted(host, port, Statuses.inWords(e)), e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static EnrolledRoster read(RosterReply reply) throws IOException {
    if (reply.getMembersCount() > MOST) {
      throw new IOException("a federation has at most %d members".formatted(MOST));
    }
    SortedMap<Role, Map<String, Identity>> found = new TreeMap<>();
    try {
      for (EnrolledMember member : reply.getMembersList()) {
        Role role =
            Role.ofLabel(member.getRole())
                .orElseThrow(() -> new MalformedException("a member of an unknown role"));
        Identity identity = Identity.decode(member.getIdentity().toByteArray());
        if (found.computeIfAbsent(role, _ -> new TreeMap<>()).put(member.getName(), identity)
            != null) {
          throw new MalformedException("a member is named twice");
        }
      }
      SortedMap<Role, Roster> rosters = new TreeMap<>();
      found.forEach((role, names) -> rosters.put(role, new Roster(names)));
      return new EnrolledRoster(
          rosters, Identity.decode(reply.getCoordinatorIdentity().toByteArray()));
    } catch (MalformedException | IllegalArgumentException e) {
      throw new IOException("the coordinator sent a broken roster: " + e.getMessage(), e);
    }
  }

  /// Those of this role; perhaps nobody.
  public Roster of(Role role) {
    return members.getOrDefault(role, new Roster(Map.of()));
  }

  /// What people compare: it is the same for two of them only if every name, role and identity is,
  /// and the coordinator's.
  public Digest digest() {
    FieldWriter out =
        new FieldWriter("caisson/enrolled-roster/v1")
            .bytes(coordinator.encoded())
            .number(members.size());
    members.forEach((role, roster) -> out.text(role.label()).bytes(roster.encoded()));
    return out.toDigest();
  }
}

package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Role;
import io.grpc.MethodDescriptor;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Which role may call which service, or which method of it. The table is the whole policy: what it
/// does not name is closed to everybody, and a line for a method comes before that of its service.
/// There is no role by default. What a caller sees of a service (own studies, all studies) is the
/// service's to decide.
final class Permissions {
  private static final Set<Role> EVERYBODY = EnumSet.allOf(Role.class);
  private static final Set<Role> WATCHERS = Set.of(Role.RESEARCHER, Role.AUDITOR, Role.ADMIN);
  private static final Set<Role> STEERERS = Set.of(Role.RESEARCHER, Role.ADMIN);
  private static final String FOR_STRANGERS = "caisson.v1.Enrolment/Enrol";

  private static final Map<String, Set<Role>> ALLOWED =
      Map.ofEntries(
          Map.entry("caisson.v1.Sites", Set.of(Role.SITE)),
          Map.entry("caisson.v1.Studies", Set.of(Role.RESEARCHER)),
          Map.entry("caisson.v1.Studies/List", WATCHERS),
          Map.entry("caisson.v1.Studies/Show", WATCHERS),
          Map.entry("caisson.v1.Studies/Watch", WATCHERS),
          Map.entry("caisson.v1.Studies/Metrics", WATCHERS),
          Map.entry("caisson.v1.Studies/Pause", STEERERS),
          Map.entry("caisson.v1.Studies/Resume", STEERERS),
          Map.entry("caisson.v1.Studies/Cancel", STEERERS),
          Map.entry("caisson.v1.Candidates", Set.of(Role.AIRLOCK)),
          Map.entry("caisson.v1.Reviews", Set.of(Role.REVIEWER)),
          Map.entry("caisson.v1.Releases", Set.of(Role.REVIEWER, Role.RESEARCHER)),
          Map.entry("caisson.v1.Enrolment/Enrol", EVERYBODY),
          Map.entry("caisson.v1.Enrolment/Renew", EVERYBODY),
          Map.entry("caisson.v1.Enrolment/Roster", Set.of(Role.SITE, Role.CUSTODIAN, Role.AIRLOCK)),
          Map.entry("caisson.v1.Enrolment/Revoked", Set.of(Role.AIRLOCK)),
          Map.entry("caisson.v1.Members", Set.of(Role.ADMIN)));

  private Permissions() {}

  static boolean allow(Role role, String service, String method) {
    Set<Role> ofMethod = ALLOWED.get(service + "/" + method);
    return (ofMethod == null ? ALLOWED.getOrDefault(service, Set.of()) : ofMethod).contains(role);
  }

  /// Whether a caller without any certificate may call it.
  static boolean forStrangers(MethodDescriptor<?, ?> method) {
    return FOR_STRANGERS.equals(method.getFullMethodName());
  }
}

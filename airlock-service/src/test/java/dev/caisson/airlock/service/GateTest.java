package dev.caisson.airlock.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.Roster;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who may call what. The methods are not listed here: they are what the running servers say they
/// offer, so a method that is added tomorrow is called too.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GateTest {
  private static final Set<String> ALL =
      Set.of("caisson.v1.Enrolment/Enrol", "caisson.v1.Enrolment/Renew");

  /// Whole services, and single methods of others.
  private static final Map<Role, Set<String>> MAY =
      Map.of(
          Role.RESEARCHER,
          Set.of("caisson.v1.Studies", "caisson.v1.Releases"),
          Role.REVIEWER,
          Set.of("caisson.v1.Reviews", "caisson.v1.Releases"),
          Role.SITE,
          Set.of("caisson.v1.Sites", "caisson.v1.Enrolment/Roster"),
          Role.AIRLOCK,
          Set.of(
              "caisson.v1.Candidates",
              "caisson.v1.Enrolment/Roster",
              "caisson.v1.Enrolment/Revoked"),
          Role.CUSTODIAN,
          Set.of("caisson.v1.Enrolment/Roster"),
          Role.AUDITOR,
          Set.of(
              "caisson.v1.Studies/List",
              "caisson.v1.Studies/Show",
              "caisson.v1.Studies/Watch",
              "caisson.v1.Studies/Metrics"),
          Role.ADMIN,
          Set.of(
              "caisson.v1.Studies/List",
              "caisson.v1.Studies/Show",
              "caisson.v1.Studies/Watch",
              "caisson.v1.Studies/Metrics",
              "caisson.v1.Studies/Pause",
              "caisson.v1.Studies/Resume",
              "caisson.v1.Studies/Cancel",
              "caisson.v1.Members"),
          Role.COORDINATOR,
          Set.of());

  private static boolean may(Role role, String method) {
    Set<String> allowed = MAY.getOrDefault(role, Set.of());
    return ALL.contains(method)
        || allowed.contains(method)
        || allowed.contains(MethodDescriptor.extractFullServiceName(method));
  }

  private Path folder;
  private Homes homes;
  private Coordinator coordinator;
  private AirlockProcess airlock;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    homes = new Homes(folder);
    coordinator = coordinator(homes.keys("coordinator", Role.COORDINATOR), "data");
    homes.keys("airlock", Role.AIRLOCK);
    homes.keys("ada", Role.REVIEWER);
    homes.keys("ben", Role.REVIEWER);
    Path home = homes.home("airlock");
    for (String roster : new String[] {"federation", "researchers"}) {
      Files.write(home.resolve(roster + ".roster"), new Roster(Map.of()).encoded());
    }
    homes.roster(home.resolve("reviewers.roster"), List.of("ada", "ben"));
    airlock =
        AirlockProcess.start(
            home, Homes.loopback(), "127.0.0.1", coordinator.port(), Clock.systemUTC());
  }

  private Coordinator coordinator(KeyFiles keys, String data) throws Exception {
    return Coordinator.start(
        Homes.loopback(), folder.resolve(data), keys, new Roster(Map.of()), Duration.ofSeconds(5));
  }

  @AfterAll
  void stop() {
    airlock.close();
    coordinator.close();
  }

  @Test
  void theWalkFindsEveryServiceOfBothServers() {
    Set<String> services = new TreeSet<>();
    for (Server server : new Server[] {coordinator.server(), airlock.server()}) {
      for (ServerServiceDefinition service : server.getServices()) {
        services.add(service.getServiceDescriptor().getName());
        assertThat(service.getMethods()).isNotEmpty();
      }
    }
    assertThat(services)
        .containsExactly(
            "caisson.v1.Candidates",
            "caisson.v1.Enrolment",
            "caisson.v1.Members",
            "caisson.v1.Releases",
            "caisson.v1.Reviews",
            "caisson.v1.Sites",
            "caisson.v1.Studies");
  }

  /// A method of a service that the role may call answers whatever it likes to an empty request; of
  /// any other, it answers that this role may not.
  @ParameterizedTest
  @EnumSource(Role.class)
  void eachRoleMayCallItsOwnServicesAndNothingElse(Role role) throws Exception {
    KeyFiles keys = homes.keys("walker-" + role.label(), role);
    Map<String, Status> answers = new TreeMap<>();
    walk(
        coordinator.server(),
        Wire.dial("127.0.0.1", coordinator.port(), Role.COORDINATOR, keys),
        answers);
    walk(airlock.server(), Wire.dial("127.0.0.1", airlock.port(), Role.AIRLOCK, keys), answers);
    answers.forEach(
        (method, status) -> {
          if (may(role, method)) {
            assertThat(status.getCode())
                .as("%s: %s", method, status)
                .isNotIn(
                    Status.Code.PERMISSION_DENIED,
                    Status.Code.UNAUTHENTICATED,
                    Status.Code.UNAVAILABLE,
                    Status.Code.UNKNOWN,
                    Status.Code.INTERNAL);
          } else {
            assertThat(status.getCode())
                .as("%s: %s", method, status)
                .isEqualTo(Status.Code.PERMISSION_DENIED);
          }
        });
    assertThat(answers).hasSizeGreaterThanOrEqualTo(21);
  }

  @Test
  void withoutACertificateNothingAnswers() throws Exception {
    KeyFiles known = homes.keys("walker-researcher", Role.RESEARCHER);
    Map<String, Status> answers = new TreeMap<>();
    for (Server server : new Server[] {coordinator.server(), airlock.server()}) {
      walk(server, channel(server, known, null), answers);
    }
    assertThat(answers.values())
        .isNotEmpty()
        .extracting(Status::getCode)
        .containsOnly(Status.Code.UNAVAILABLE);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aCertificateOfAnotherAuthorityIsNoCertificate(Role role) throws Exception {
    FederationAuthority other = new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
    KeyFiles theirs =
        KeyFiles.create(folder.resolve("forged-" + role), other, new Caller("forger", role));
    KeyFiles known = homes.keys("walker-" + role.label(), role);
    Map<String, Status> answers = new TreeMap<>();
    for (Server server : new Server[] {coordinator.server(), airlock.server()}) {
      walk(server, channel(server, known, theirs), answers);
    }
    assertThat(answers.values())
        .isNotEmpty()
        .extracting(Status::getCode)
        .containsOnly(Status.Code.UNAVAILABLE);
  }

  /// A whole coordinator behind the good certificate of somebody who is not the coordinator.
  @ParameterizedTest
  @EnumSource(value = Role.class, mode = EnumSource.Mode.EXCLUDE, names = "COORDINATOR")
  void nobodyElseIsTakenForTheCoordinator(Role poser) throws Exception {
    Map<String, Status> answers = new TreeMap<>();
    try (Coordinator posing =
        coordinator(homes.keys("poser-" + poser.label(), poser), "posing-" + poser.label())) {
      walk(
          posing.server(),
          Wire.dial(
              "127.0.0.1", posing.port(), Role.COORDINATOR, homes.keys("walker-site", Role.SITE)),
          answers);
    }
    assertThat(answers.values())
        .isNotEmpty()
        .extracting(Status::getCode)
        .containsOnly(Status.Code.UNAVAILABLE);
  }

  /// What could carry weights to a researcher? Raw bytes, or many numbers. So every field of bytes
  /// and every repeated or mapped number that any response of a researcher's service can reach must
  /// be one of these, each with its reason:
  ///
  /// - `StudyDetail.plan`: the text that the researcher submitted, given back; the coordinator
  ///   fills it from the plan alone (StudyMessages).
  /// - `ReleasePart.data`: files of a bundle, which exists only after two reviewers approved
  ///   (PeopleTest shows that nothing comes before).
  /// - `RoundFigures.metrics`: a map from name to number; FederationTest shows that the names are
  ///   exactly the two metrics of the plan.
  ///
  /// - `CompletedRound.survivors`, `StudyDetail.pinned`: names of sites of the plan.
  /// - `EnrolReply`, `RenewReply`: certificates and an identity, which the caller's program parses
  ///   and refuses beyond 8 KB.
  ///
  /// Texts remain: reasons and states, one line each; AdmissionTest and PeopleTest see what is in
  /// them.
  @Test
  void noAnswerToAResearcherHasRoomForWeights() {
    Set<String> roomy = new TreeSet<>();
    int methods = 0;
    for (Server server : new Server[] {coordinator.server(), airlock.server()}) {
      for (ServerServiceDefinition service : server.getServices()) {
        var schema =
            (ProtoServiceDescriptorSupplier) service.getServiceDescriptor().getSchemaDescriptor();
        assertThat(schema).isNotNull();
        for (var method : schema.getServiceDescriptor().getMethods()) {
          String name =
              MethodDescriptor.generateFullMethodName(
                  service.getServiceDescriptor().getName(), method.getName());
          if (may(Role.RESEARCHER, name)) {
            methods++;
            collect(method.getOutputType(), new HashSet<>(), roomy);
          }
        }
      }
    }
    assertThat(methods).isEqualTo(12);
    assertThat(roomy)
        .containsExactly(
            "CompletedRound.survivors",
            "EnrolReply.authority",
            "EnrolReply.certificate",
            "EnrolReply.coordinator_identity",
            "MetricsEntry.value",
            "ReleasePart.data",
            "RenewReply.certificate",
            "StudyDetail.pinned",
            "StudyDetail.plan");
  }

  private static void collect(Descriptor message, Set<Descriptor> seen, Set<String> roomy) {
    if (!seen.add(message)) {
      return;
    }
    for (FieldDescriptor field : message.getFields()) {
      boolean mapped = message.getOptions().getMapEntry() && field.getName().equals("value");
      switch (field.getJavaType()) {
        case BYTE_STRING -> roomy.add(message.getName() + "." + field.getName());
        case MESSAGE -> collect(field.getMessageType(), seen, roomy);
        case INT, LONG, FLOAT, DOUBLE, BOOLEAN, ENUM, STRING -> {
          if (field.isRepeated() || mapped) {
            roomy.add(message.getName() + "." + field.getName());
          }
        }
      }
    }
  }

  private static void walk(Server server, ManagedChannel channel, Map<String, Status> answers)
      throws Exception {
    try {
      for (ServerServiceDefinition service : server.getServices()) {
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
          answers.put(
              method.getMethodDescriptor().getFullMethodName(),
              call(channel, method.getMethodDescriptor()));
        }
      }
    } finally {
      channel.shutdownNow();
    }
  }

  /// Sends one empty request and returns how the call ends.
  private static <Q, R> Status call(ManagedChannel channel, MethodDescriptor<Q, R> method)
      throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<Q, R> call =
        channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    Q empty = method.parseRequest(new ByteArrayInputStream(new byte[0]));
    call.request(100);
    call.sendMessage(empty);
    call.halfClose();
    return end.get(60, TimeUnit.SECONDS);
  }

  /// A channel that trusts the federation and shows these keys, or none.
  private ManagedChannel channel(Server server, KeyFiles trusting, @Nullable KeyFiles showing)
      throws Exception {
    SslContextBuilder tls =
        SslContextBuilder.forClient().trustManager(trusting.authority()).protocols("TLSv1.3");
    if (showing != null) {
      tls.keyManager(showing.tlsKey(), showing.certificate());
    }
    Role role = server.getPort() == coordinator.port() ? Role.COORDINATOR : Role.AIRLOCK;
    return NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
        .overrideAuthority(role.label())
        .sslContext(GrpcSslContexts.configure(tls, SslProvider.JDK).build())
        .build();
  }
}

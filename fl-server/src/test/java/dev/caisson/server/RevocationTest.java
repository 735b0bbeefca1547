package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.Version;
import dev.caisson.protocol.enrol.Issuer;
import dev.caisson.protocol.enrol.RemoteIssuer;
import dev.caisson.protocol.enrol.Renewal;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.protocol.wire.EnrolmentGrpc;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.Hello;
import dev.caisson.protocol.wire.MembersGrpc;
import dev.caisson.protocol.wire.RevokeRequest;
import dev.caisson.protocol.wire.RosterRequest;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.TokenRequest;
import dev.caisson.server.member.CoordinatorHome;
import dev.caisson.server.member.Enrolments;
import dev.caisson.server.store.CoordinatorDatabase;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who loses the right to be here is out, though the connection stays open; who keeps it gets a new
/// certificate in time; who never had it gets no further than `Enrol`.
@Timeout(120)
final class RevocationTest {
  @TempDir Path folder;
  private EnrolledFederation federation;

  @BeforeEach
  void start() throws Exception {
    federation = new EnrolledFederation(folder);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void anOpenStreamOfARevokedSiteIsClosedAndNoCallComesAfter() throws Exception {
    KeyFiles site = federation.enrol("site-a", Role.SITE);
    KeyFiles other = federation.enrol("site-b", Role.SITE);
    ManagedChannel channel = federation.dial(site);
    Stream stream = new Stream(channel);
    Stream others = new Stream(federation.dial(other));
    stream.welcome.get(30, TimeUnit.SECONDS);
    others.welcome.get(30, TimeUnit.SECONDS);
    federation.members.revoke("site-a", "stolen");
    Status status = stream.end.get(30, TimeUnit.SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status.getDescription()).contains("site 'site-a' has been revoked");
    assertThat(others.end).isNotDone();
    assertRefused(
        () -> EnrolmentGrpc.newBlockingStub(channel).roster(RosterRequest.getDefaultInstance()));
    assertThatIOException()
        .isThrownBy(() -> new RemoteIssuer("127.0.0.1", federation.port(), site).renew(new byte[0]))
        .withMessageContaining("has been revoked");
  }

  /// Of the same authority, without the database: homes that were made by hand.
  @Test
  void aCertificateThatTheDatabaseDoesNotKnowIsGoodUntilItsNameIsRevoked() throws Exception {
    Path home = folder.resolve("coordinator");
    CoordinatorDatabase database = CoordinatorDatabase.open(home);
    KeyFiles old =
        KeyFiles.create(
            folder.resolve("old"),
            CoordinatorHome.authority(home, database, InstantSource.system()).orElseThrow(),
            new Caller("old-site", Role.SITE));
    Stream stream = new Stream(federation.dial(old));
    stream.welcome.get(30, TimeUnit.SECONDS);
    federation.members.revoke("old-site", "");
    assertThat(stream.end.get(30, TimeUnit.SECONDS).getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void anAdminRevokesFromElsewhereAndMakesNoAdmins() throws Exception {
    KeyFiles admin = federation.enrol("ada", Role.ADMIN);
    KeyFiles site = federation.enrol("site-a", Role.SITE);
    Stream stream = new Stream(federation.dial(site));
    stream.welcome.get(30, TimeUnit.SECONDS);
    MembersGrpc.MembersBlockingStub members = MembersGrpc.newBlockingStub(federation.dial(admin));
    assertThat(
            members
                .revoke(RevokeRequest.newBuilder().setName("site-a").setReason("x").build())
                .getCertificates())
        .isEqualTo(1);
    assertThat(stream.end.get(30, TimeUnit.SECONDS).getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    for (String role : List.of("admin", "airlock", "coordinator")) {
      assertRefused(
          () ->
              members.issueToken(
                  TokenRequest.newBuilder().setName("eve").setRole(role).setValidHours(1).build()));
    }
    assertThat(
            members
                .issueToken(
                    TokenRequest.newBuilder()
                        .setName("site-c")
                        .setRole("site")
                        .setValidHours(1)
                        .build())
                .getToken())
        .startsWith("caisson-");
  }

  @Test
  void aStrangerReachesEnrolAndNothingElse() throws Exception {
    Map<String, Status.Code> answers = new TreeMap<>();
    ManagedChannel stranger = federation.stranger();
    for (ServerServiceDefinition service : federation.server().getServices()) {
      for (var method : service.getMethods()) {
        answers.put(
            method.getMethodDescriptor().getFullMethodName(),
            call(stranger, method.getMethodDescriptor().getFullMethodName()));
      }
    }
    assertThat(answers).hasSizeGreaterThanOrEqualTo(16);
    assertThat(answers.remove("caisson.v1.Enrolment/Enrol"))
        .as("an empty token is a wrong one")
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(answers.values()).containsOnly(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void afterManyWrongTokensAnAddressWaits() throws Exception {
    ManagedChannel stranger = federation.stranger();
    for (int i = 0; i < 10; i++) {
      assertThat(call(stranger, "caisson.v1.Enrolment/Enrol"))
          .isEqualTo(Status.Code.PERMISSION_DENIED);
    }
    assertThat(call(stranger, "caisson.v1.Enrolment/Enrol"))
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void aCertificateIsRenewedOnceTwoThirdsOfItAreOver() throws Exception {
    federation.enrol("site-a", Role.SITE);
    StoredKeys keys = StoredKeys.load(federation.home("site-a"));
    BigInteger before = serial(keys);
    RemoteIssuer issuer = new RemoteIssuer("127.0.0.1", federation.port(), keys);
    InstantSource early = InstantSource.fixed(keys.renewAt().minusSeconds(1));
    assertThat(Renewal.ifDue(keys, issuer, early)).isFalse();
    assertThat(serial(keys)).isEqualTo(before);
    InstantSource due = InstantSource.fixed(keys.renewAt());
    assertThat(Renewal.ifDue(keys, issuer, due)).isTrue();
    assertThat(serial(keys)).isNotEqualTo(before);
    assertThat(serial(StoredKeys.load(federation.home("site-a")))).isEqualTo(serial(keys));
    new Stream(federation.dial(keys.now())).welcome.get(30, TimeUnit.SECONDS);
  }

  /// The issuer fails twice; the third turn renews, and the keys in between are the old ones.
  @Test
  void aFailedRenewalIsTriedAgainAndChangesNothingMeanwhile() throws Exception {
    federation.enrol("site-a", Role.SITE);
    StoredKeys keys = StoredKeys.load(federation.home("site-a"));
    BigInteger before = serial(keys);
    Issuer remote = new RemoteIssuer("127.0.0.1", federation.port(), keys);
    CompletableFuture<BigInteger> atThird = new CompletableFuture<>();
    CompletableFuture<BigInteger> done = new CompletableFuture<>();
    int[] turns = {0};
    Issuer unreliable =
        request -> {
          if (++turns[0] < 3) {
            throw new IOException("not reachable");
          }
          atThird.complete(serial(keys));
          var issued = remote.renew(request);
          done.complete(issued.getSerialNumber());
          return issued;
        };
    InstantSource due = InstantSource.fixed(keys.renewAt());
    try (Renewal _ = Renewal.start(keys, unreliable, due, Duration.ofMillis(20))) {
      assertThat(atThird.get(30, TimeUnit.SECONDS)).isEqualTo(before);
      BigInteger renewed = done.get(30, TimeUnit.SECONDS);
      assertThat(renewed).isNotEqualTo(before);
    }
  }

  @Test
  void theCoordinatorsServerShowsItsRenewedCertificateWithoutARestart() throws Exception {
    Path home = folder.resolve("coordinator");
    CoordinatorDatabase database = CoordinatorDatabase.open(home);
    Enrolments enrolments =
        new Enrolments(
            database,
            CoordinatorHome.authority(home, database, InstantSource.system()).orElseThrow(),
            InstantSource.system());
    KeyFiles site = federation.enrol("site-a", Role.SITE);
    BigInteger before = serial(federation.keys);
    assertThat(shownTo(site)).isEqualTo(before);
    InstantSource due = InstantSource.fixed(federation.keys.renewAt());
    assertThat(
            Renewal.ifDue(federation.keys, enrolments.ownIssuer(federation.keys.now().self()), due))
        .isTrue();
    assertThat(shownTo(site)).isEqualTo(serial(federation.keys)).isNotEqualTo(before);
  }

  /// The serial number of the certificate that the server shows on a new connection.
  private BigInteger shownTo(KeyFiles keys) throws Exception {
    ManagedChannel channel = federation.dial(keys);
    var method = EnrolmentGrpc.getRosterMethod();
    CompletableFuture<BigInteger> shown = new CompletableFuture<>();
    ClientCall<RosterRequest, ?> call = channel.newCall(method, CallOptions.DEFAULT);
    start(call, () -> shown.complete(peer(call)));
    call.sendMessage(RosterRequest.getDefaultInstance());
    call.halfClose();
    return shown.get(30, TimeUnit.SECONDS);
  }

  private static BigInteger peer(ClientCall<?, ?> call) {
    try {
      var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      return ((X509Certificate) Objects.requireNonNull(session).getPeerCertificates()[0])
          .getSerialNumber();
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private static <Q, R> void start(ClientCall<Q, R> call, Runnable atTheEnd) {
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            atTheEnd.run();
          }
        },
        new Metadata());
    call.request(1);
  }

  private static BigInteger serial(StoredKeys keys) {
    return keys.now().certificate().getSerialNumber();
  }

  /// One empty request.
  private static Status.Code call(ManagedChannel channel, String name) throws Exception {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName(name)
            .setRequestMarshaller(new Raw())
            .setResponseMarshaller(new Raw())
            .build();
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call =
        channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(10);
    call.sendMessage(new byte[0]);
    call.halfClose();
    return end.get(30, TimeUnit.SECONDS).getCode();
  }

  private record Raw() implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }

  private static void assertRefused(ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(call)
        .satisfies(
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
  }

  /// A site's conversation as far as its welcome.
  private static final class Stream implements StreamObserver<ToSite> {
    final CompletableFuture<ToSite> welcome = new CompletableFuture<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();

    Stream(ManagedChannel channel) {
      SitesGrpc.newStub(channel)
          .connect(this)
          .onNext(
              FromSite.newBuilder()
                  .setHello(
                      Hello.newBuilder()
                          .setProtocol(Version.PROTOCOL)
                          .setLowest(Version.LOWEST)
                          .setIncarnation(ByteString.copyFrom(new byte[16])))
                  .build());
    }

    @Override
    public void onNext(ToSite message) {
      welcome.complete(message);
    }

    @Override
    public void onError(Throwable t) {
      end.complete(Status.fromThrowable(t));
      welcome.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }
}

package dev.caisson.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.CandidatesReply;
import dev.caisson.protocol.wire.CandidatesRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real servers and channels on loopback with real certificates. The services are made up here, so
/// that [#arrived] tells whether a call got past the door.
final class WireTest {
  private static final MethodDescriptor<CandidatesRequest, CandidatesReply> RELEASES_LIST =
      method("caisson.v1.Releases/List");
  private static final MethodDescriptor<CandidatesRequest, CandidatesReply> BRAND_NEW =
      method("caisson.v1.BrandNew/Do");

  @TempDir Path folder;
  private final AtomicInteger arrived = new AtomicInteger();
  private final FederationAuthority authority = authority(Instant.now());
  private Server server;

  @BeforeEach
  void serve() throws Exception {
    server = serve(Role.AIRLOCK);
  }

  @AfterEach
  void end() {
    server.shutdownNow();
  }

  @Test
  void aKnownRoleMayCallWhatTheTableSays() throws Exception {
    assertThat(call(keys(authority, Role.RESEARCHER), RELEASES_LIST)).isEqualTo(Status.Code.OK);
    assertThat(arrived).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aServiceThatTheTableDoesNotNameIsClosedToEverybody(Role role) throws Exception {
    assertThat(call(keys(authority, role), BRAND_NEW)).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(arrived).hasValue(0);
  }

  @Test
  void aMethodThatNoServiceHasIsUnknownAndNothingMore() throws Exception {
    assertThat(call(keys(authority, Role.SITE), method("caisson.v1.Studies/Weights")))
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void nobodyComesInWithoutACertificate() throws Exception {
    KeyFiles known = keys(authority, Role.RESEARCHER);
    NettyChannelBuilder channel =
        channel(server.getPort(), Role.AIRLOCK, tls(known, "TLSv1.3", false));
    assertThat(call(channel.build(), RELEASES_LIST)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(arrived).hasValue(0);
  }

  /// The same name and role, trusting the right authority, signed by another one.
  @Test
  void nobodyComesInWithACertificateOfAnotherAuthority() throws Exception {
    KeyFiles theirs = keys(authority(Instant.now()), Role.RESEARCHER);
    KeyFiles forged =
        new KeyFiles(
            theirs.tlsKey(), theirs.certificate(), authority.certificate(), theirs.identity());
    assertThat(call(forged, RELEASES_LIST)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(arrived).hasValue(0);
  }

  @Test
  void nobodyComesInWithACertificateThatHasExpired() throws Exception {
    KeyFiles good = keys(authority, Role.RESEARCHER);
    // An authority of ten days ago whose certificates were good for two days.
    FederationAuthority old =
        new FederationAuthority(
            "test", Instant.now().minus(Duration.ofDays(10)), Duration.ofDays(2));
    KeyFiles keys = keys(old, Role.RESEARCHER);
    server.shutdownNow();
    KeyFiles serverKeys = keys(authority, Role.AIRLOCK);
    server =
        Wire.serve(
            loopback(),
            new KeyFiles(
                serverKeys.tlsKey(),
                serverKeys.certificate(),
                old.certificate(),
                serverKeys.identity()),
            List.of(() -> service(RELEASES_LIST)));
    KeyFiles expired =
        new KeyFiles(keys.tlsKey(), keys.certificate(), authority.certificate(), good.identity());
    assertThat(call(expired, RELEASES_LIST)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(arrived).hasValue(0);
  }

  @Test
  void tls12IsRefusedByTheServer() throws Exception {
    KeyFiles known = keys(authority, Role.RESEARCHER);
    NettyChannelBuilder old = channel(server.getPort(), Role.AIRLOCK, tls(known, "TLSv1.2", true));
    assertThat(call(old.build(), RELEASES_LIST)).isEqualTo(Status.Code.UNAVAILABLE);
    NettyChannelBuilder now = channel(server.getPort(), Role.AIRLOCK, tls(known, "TLSv1.3", true));
    assertThat(call(now.build(), RELEASES_LIST)).isEqualTo(Status.Code.OK);
    assertThat(arrived).hasValue(1);
  }

  @Test
  void plaintextIsRefused() throws Exception {
    ManagedChannel plain =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    assertThat(call(plain, RELEASES_LIST)).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(arrived).hasValue(0);
  }

  /// Every role but the airlock listens with its own good certificate; none is taken for it.
  @ParameterizedTest
  @EnumSource(value = Role.class, mode = EnumSource.Mode.EXCLUDE, names = "AIRLOCK")
  void nobodyCanPoseAsTheAirlock(Role poser) throws Exception {
    server.shutdownNow();
    server = serve(poser);
    assertThat(call(keys(authority, Role.RESEARCHER), RELEASES_LIST))
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(arrived).hasValue(0);
  }

  @Test
  void aTakenPortIsNamedWithWhatToDo() throws Exception {
    KeyFiles keys = keys(authority, Role.AIRLOCK);
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    assertThatIOException()
        .isThrownBy(() -> Wire.serve(taken, keys, List.of()))
        .withMessageContaining("port " + server.getPort())
        .withMessageContaining("Address already in use")
        .withMessageContaining("--port");
  }

  private Server serve(Role role) throws Exception {
    return Wire.serve(
        loopback(),
        keys(authority, role),
        List.of(() -> service(RELEASES_LIST), () -> service(BRAND_NEW)));
  }

  private ServerServiceDefinition service(
      MethodDescriptor<CandidatesRequest, CandidatesReply> method) {
    return ServerServiceDefinition.builder(String.valueOf(method.getServiceName()))
        .addMethod(
            method,
            ServerCalls.asyncUnaryCall(
                (request, out) -> {
                  arrived.incrementAndGet();
                  out.onNext(CandidatesReply.getDefaultInstance());
                  out.onCompleted();
                }))
        .build();
  }

  private Status.Code call(
      KeyFiles keys, MethodDescriptor<CandidatesRequest, CandidatesReply> method) throws Exception {
    return call(Wire.dial("127.0.0.1", server.getPort(), Role.AIRLOCK, keys), method);
  }

  private static Status.Code call(
      ManagedChannel channel, MethodDescriptor<CandidatesRequest, CandidatesReply> method) {
    try {
      ClientCalls.blockingUnaryCall(
          channel,
          method,
          CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
          CandidatesRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }

  private static NettyChannelBuilder channel(int port, Role server, SslContextBuilder tls)
      throws Exception {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .overrideAuthority(server.label())
        .sslContext(tls.build());
  }

  private static SslContextBuilder tls(KeyFiles keys, String protocol, boolean withCertificate) {
    SslContextBuilder tls =
        SslContextBuilder.forClient().trustManager(keys.authority()).protocols(protocol);
    if (withCertificate) {
      tls.keyManager(keys.tlsKey(), keys.certificate());
    }
    return GrpcSslContexts.configure(tls, SslProvider.JDK);
  }

  private int folders;

  private KeyFiles keys(FederationAuthority authority, Role role) throws Exception {
    return KeyFiles.create(
        folder.resolve("keys-" + folders++), authority, new Caller("someone", role));
  }

  private static FederationAuthority authority(Instant now) {
    return new FederationAuthority("test", now, Duration.ofDays(1));
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static MethodDescriptor<CandidatesRequest, CandidatesReply> method(String name) {
    return MethodDescriptor.<CandidatesRequest, CandidatesReply>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .setRequestMarshaller(ProtoUtils.marshaller(CandidatesRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(CandidatesReply.getDefaultInstance()))
        .build();
  }
}

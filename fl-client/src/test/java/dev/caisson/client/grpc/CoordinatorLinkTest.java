package dev.caisson.client.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.caisson.client.SiteDesk;
import dev.caisson.protocol.grpc.Proxy;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.SitesGrpc;
import dev.caisson.protocol.wire.ToSite;
import dev.caisson.protocol.wire.Welcome;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One conversation with a coordinator that is not as it should be, over real TLS.
@Timeout(60)
final class CoordinatorLinkTest {
  @TempDir Path folder;
  private final Heard heard = new Heard();
  private KeyFiles site;
  private KeyFiles own;
  private Optional<ToSite> reply = Optional.empty();
  private Server server;

  @BeforeEach
  void start() throws Exception {
    FederationAuthority authority =
        new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
    site = KeyFiles.create(folder.resolve("site"), authority, new Caller("a", Role.SITE));
    own =
        KeyFiles.create(
            folder.resolve("coordinator"), authority, new Caller("coordinator", Role.COORDINATOR));
    server =
        Wire.serve(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), own, List.of(new Sites()));
  }

  @AfterEach
  void stop() {
    Wire.end(server);
  }

  @Test
  void aLinkThatItsHeartbeatCutOffIsClosedWithoutAnError() throws Exception {
    CoordinatorLink link = open();
    link.heartbeat(System.nanoTime() + link.interval().multipliedBy(7).toNanos());
    assertThat(heard.end.get(30, TimeUnit.SECONDS)).contains("nothing came for");
    assertThatNoException().isThrownBy(link::heartbeat);
    assertThatNoException().isThrownBy(link::close);
    assertThatNoException().isThrownBy(link::close);
  }

  @Test
  void aCoordinatorThatChoosesAnUnspokenProtocolIsNotTalkedTo() throws Exception {
    reply =
        Optional.of(ToSite.newBuilder().setWelcome(Welcome.newBuilder().setProtocol(99)).build());
    try (CoordinatorLink _ = open()) {
      assertThat(heard.end.get(30, TimeUnit.SECONDS)).contains("protocol");
      assertThat(heard.welcome).isNotDone();
    }
  }

  private CoordinatorLink open() throws Exception {
    return CoordinatorLink.open(
        new Calling(
            "127.0.0.1",
            server.getPort(),
            site,
            new Wire.Dialling(new Proxy.Direct(), Duration.ofSeconds(10)),
            new SecureRandom()),
        heard);
  }

  /// Answers the hello with its reply, or with nothing.
  private final class Sites extends SitesGrpc.SitesImplBase {
    @Override
    public StreamObserver<FromSite> connect(StreamObserver<ToSite> to) {
      return new StreamObserver<>() {
        @Override
        public void onNext(FromSite value) {
          reply.ifPresent(to::onNext);
        }

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {
          to.onCompleted();
        }
      };
    }
  }

  private static final class Heard implements SiteDesk {
    final CompletableFuture<String> end = new CompletableFuture<>();
    final CompletableFuture<String> welcome = new CompletableFuture<>();

    @Override
    public void welcomed(String coordinator) {
      welcome.complete(coordinator);
    }

    @Override
    public void offered(String study, SignedPlan plan) {}

    @Override
    public void roundMessage(String study, String round, byte[] payload) {}

    @Override
    public void roundEnded(String study, String round, boolean completed, String reason) {}

    @Override
    public void studyEnded(String study, String reason) {}

    @Override
    public void noticed(String text) {}

    @Override
    public void disconnected(String reason, boolean displaced) {
      end.complete(reason);
    }
  }
}

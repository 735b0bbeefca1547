package dev.caisson.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.SitesGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real channels through a real proxy.
@Timeout(60)
final class ProxyTest {
  @TempDir Path folder;
  private final FederationAuthority authority =
      new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
  private KeyFiles site;
  private Server server;

  @BeforeEach
  void start() throws Exception {
    site = KeyFiles.create(folder.resolve("site"), authority, new Caller("a", Role.SITE));
    server =
        Wire.serve(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            KeyFiles.create(
                folder.resolve("coordinator"),
                authority,
                new Caller("coordinator", Role.COORDINATOR)),
            List.of(new SitesGrpc.SitesImplBase() {}));
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  /// The server has no such method, so UNIMPLEMENTED is an answer of its own.
  private Status call(String host, Proxy proxy) throws Exception {
    ManagedChannel channel =
        Wire.dial(
            host,
            server.getPort(),
            Role.COORDINATOR,
            site,
            new Wire.Dialling(proxy, Wire.Dialling.PING));
    try {
      SitesGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .fetch(FetchRequest.getDefaultInstance())
          .forEachRemaining(_ -> {});
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    } finally {
      channel.shutdownNow();
    }
  }

  private static Proxy.Through through(ConnectProxy proxy, String user, String password) {
    return new Proxy.Through(
        "127.0.0.1",
        proxy.port(),
        user.isEmpty() ? Optional.empty() : Optional.of(new Proxy.Login(user, password)));
  }

  @Test
  void aProxyIsUsedForLoopbackToo() throws Exception {
    try (ConnectProxy proxy = new ConnectProxy(null, null)) {
      assertThat(call("127.0.0.1", through(proxy, "", "")).getCode())
          .isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(proxy.requests)
          .containsExactly("CONNECT 127.0.0.1:%d HTTP/1.1".formatted(server.getPort()));
    }
  }

  @Test
  void theProxyLooksTheNameUp() throws Exception {
    try (ConnectProxy proxy = new ConnectProxy(null, null)) {
      assertThat(call("coordinator.invalid", through(proxy, "", "")).getCode())
          .isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(proxy.requests.getFirst()).startsWith("CONNECT coordinator.invalid:");
    }
  }

  @Test
  void aProxyThatWantsALoginGetsIt() throws Exception {
    try (ConnectProxy proxy = new ConnectProxy("site-a:s3cret:with colon", null)) {
      assertThat(call("127.0.0.1", through(proxy, "site-a", "s3cret:with colon")).getCode())
          .isEqualTo(Status.Code.UNIMPLEMENTED);
      Status refused = call("127.0.0.1", through(proxy, "site-a", "wrong"));
      assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(Statuses.inWords(refused.asRuntimeException()))
          .contains("407")
          .doesNotContain("wrong");
    }
  }

  @Test
  void aProxyThatOpensTlsIsNamedByItsCertificate() throws Exception {
    FederationAuthority inspecting =
        new FederationAuthority(
            "Hospital Inspection\u0007 'CA'", Instant.now(), Duration.ofDays(1));
    FederationAuthority.Issued issued =
        inspecting.issue(new Caller("looks-inside", Role.COORDINATOR));
    KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    keys.setKeyEntry("tls", issued.key(), new char[0], new Certificate[] {issued.certificate()});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    try (ConnectProxy proxy = new ConnectProxy(null, tls)) {
      Status refused = call("127.0.0.1", through(proxy, "", ""));
      assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(Statuses.inWords(refused.asRuntimeException()))
          .contains("not of this federation")
          .contains("looks-inside", "Hospital Inspection? ?CA?")
          .contains("inspecting proxies")
          .contains("without TLS inspection")
          .doesNotContain("\u0007");
    }
  }

  /// One of the federation, but not the coordinator: no proxy's work, and not called so.
  @Test
  void aServerOfTheFederationWithAnotherRoleIsNotTakenForAProxy() throws Exception {
    Server airlock =
        Wire.serve(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            KeyFiles.create(
                folder.resolve("airlock"), authority, new Caller("airlock", Role.AIRLOCK)),
            List.of(new SitesGrpc.SitesImplBase() {}));
    try {
      server.shutdownNow();
      server = airlock;
      assertThat(Statuses.inWords(call("127.0.0.1", new Proxy.Direct()).asRuntimeException()))
          .doesNotContain("proxies");
    } finally {
      airlock.shutdownNow();
    }
  }

  @Test
  void theEnvironmentNamesAProxyAndWhatGoesWithoutIt() {
    Map<String, String> environment =
        Map.of(
            "https_proxy", "http://me:p%40ss@proxy.example.org:3128",
            "NO_PROXY", "inside.example.org, .lab.example.org,10.0.0.1");
    assertThat(Proxy.ofEnvironment(environment, "coordinator.example.org"))
        .hasToString("through the proxy proxy.example.org:3128");
    assertThat(Proxy.ofEnvironment(environment, "inside.example.org"))
        .isEqualTo(new Proxy.Direct());
    assertThat(Proxy.ofEnvironment(environment, "x.LAB.example.org")).isEqualTo(new Proxy.Direct());
    assertThat(Proxy.ofEnvironment(environment, "notinside.example.org"))
        .isInstanceOf(Proxy.Through.class);
    assertThat(Proxy.ofEnvironment(environment, "10.0.0.1")).isEqualTo(new Proxy.Direct());
    assertThat(Proxy.ofEnvironment(environment, "localhost")).isEqualTo(new Proxy.Direct());
    assertThat(Proxy.ofEnvironment(Map.of(), "x")).isEqualTo(new Proxy.Direct());
    assertThat(Proxy.ofEnvironment(Map.of("HTTPS_PROXY", "p:8080", "NO_PROXY", "*"), "x"))
        .isEqualTo(new Proxy.Direct());
    assertThat(Proxy.ofEnvironment(Map.of("HTTPS_PROXY", "p:8080"), "x"))
        .isEqualTo(new Proxy.Through("p", 8080, Optional.empty()));
  }

  @Test
  void anUnreadableProxySettingIsRefusedWithoutItsPassword() {
    for (String url :
        List.of("http://me:s3cret@bad host:1", "https://me:s3cret@h:1", "socks5://h")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Proxy.ofEnvironment(Map.of("HTTPS_PROXY", url), "x"))
          .withMessageContaining("HTTPS_PROXY")
          .withMessageNotContaining("s3cret");
    }
  }
}

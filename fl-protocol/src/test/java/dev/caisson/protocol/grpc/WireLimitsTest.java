package dev.caisson.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.grpc.HeldCalls.Call;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How much one connection and one member may ask of a server, over real connections.
@Timeout(180)
final class WireLimitsTest {
  private static final int CALLS_OF_A_CONNECTION = 64;
  private static final int CALLS_OF_A_MEMBER = 128;
  private static final int RESETS = 200;

  /// Six times the 10 s of a handshake, half of the library's own limit.
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private HeldCalls held;

  @BeforeEach
  void serve() throws Exception {
    held = new HeldCalls(folder, Door.forMembers(Revocations.NONE));
  }

  @AfterEach
  void end() {
    held.close();
  }

  @Test
  void aMemberHas128CallsOpenOverAllItsConnectionsAndNoneMore() throws Exception {
    KeyFiles ann = held.keys(held.authority(), "ann", Role.RESEARCHER);
    List<Call> open = new ArrayList<>();
    List<ManagedChannel> connections = List.of(held.dial(ann), held.dial(ann), held.dial(ann));
    for (int i = 0; i < CALLS_OF_A_MEMBER; i++) {
      open.add(new Call(connections.get(i % 2), HeldCalls.LIST).held());
    }
    Status refused = new Call(connections.get(2), HeldCalls.LIST).ended();
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription()).contains("researcher 'ann' has 128 calls open");

    new Call(held.dial("bob"), HeldCalls.LIST).held(); // another's are counted apart

    open.getFirst().finish();
    new Call(connections.get(2), HeldCalls.LIST).held();
  }

  @Test
  void theCallsThatOneConnectionHasTooManyWaitUntilOneEnds() throws Exception {
    ManagedChannel connection = held.dial("ann");
    Call first = new Call(connection, HeldCalls.LIST).held();
    for (int i = 1; i < CALLS_OF_A_CONNECTION; i++) {
      new Call(connection, HeldCalls.LIST).held();
    }
    Call waits = new Call(connection, HeldCalls.LIST);
    new Call(held.dial("bob"), HeldCalls.LIST).held(); // time enough to arrive
    assertThat(waits.arrived).isNotDone();
    first.finish();
    waits.held();
  }

  @Test
  void whoConnectsAndShakesNoHandIsCutOff() throws Exception {
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), held.port())) {
      assertThat(cutOff(silent)).succeedsWithin(LONG);
    }
  }

  /// A member whose TLS is well, and who then says not a word of HTTP/2.
  @Test
  void whoShakesHandsAndSaysNothingIsCutOff() throws Exception {
    KeyFiles ann = held.keys(held.authority(), "ann", Role.RESEARCHER);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    X509Certificate[] chain = {ann.certificate(), ann.authority()};
    store.setKeyEntry("ann", ann.tlsKey(), new char[0], chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext tls = SSLContext.getInstance("TLSv1.3");
    tls.init(keys.getKeyManagers(), new TrustManager[] {AuthorityTrust.of(ann.authority())}, null);
    try (SSLSocket silent =
        (SSLSocket)
            tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), held.port())) {
      SSLParameters parameters = silent.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      silent.setSSLParameters(parameters);
      silent.startHandshake();
      assertThat(silent.getApplicationProtocol()).isEqualTo("h2");
      assertThat(cutOff(silent)).succeedsWithin(LONG);
    }
  }

  /// Done when the server has ended the connection.
  private static CompletableFuture<Boolean> cutOff(Socket connection) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            connection.getInputStream().readAllBytes();
            return true;
          } catch (SocketException | SSLException e) {
            return true; // it was reset
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Test
  void whoBreaksOffCallAfterCallIsCutOff() throws Exception {
    ManagedChannel connection = held.dial("ann");
    Call other = new Call(connection, HeldCalls.LIST).held();
    for (int i = 0; i < RESETS; i++) {
      broken(connection);
    }
    Call another = new Call(connection, HeldCalls.LIST).held(); // so many are let pass
    assertThat(other.end).isNotDone();
    for (int i = 0; i < 10 * RESETS && !other.end.isDone(); i++) {
      broken(connection);
    }
    assertThat(other.ended().getDescription()).contains("ENHANCE_YOUR_CALM");
    assertThat(another.ended().isOk()).isFalse();
    new Call(held.dial("bob"), HeldCalls.LIST).held(); // the server goes on
  }

  private static void broken(ManagedChannel connection) throws Exception {
    Call call = new Call(connection, HeldCalls.LIST);
    call.settled(); // one that never left would be no reset
    call.reset();
    call.ended();
  }
}

package dev.caisson.protocol.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OperationsTest {
  @TempDir private Path home;
  private final AtomicBoolean connected = new AtomicBoolean(true);
  private Operations operations;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void open() throws IOException {
    Meters meters = new Meters();
    meters.counter("rounds", "Rounds that ended", "outcome", "completed").increment(3);
    operations =
        Operations.open(
            home,
            new Caller("coordinator", Role.COORDINATOR),
            meters,
            () -> List.of(new Check("database", connected.get(), "answers \"yes\"")),
            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Clock.systemUTC());
  }

  @AfterEach
  void close() {
    http.close();
    operations.close();
  }

  @Test
  void isReadyWhileEveryCheckHolds() throws Exception {
    assertThat(get("/ready").statusCode()).isEqualTo(200);
    connected.set(false);
    HttpResponse<String> reply = get("/ready");
    assertThat(reply.statusCode()).isEqualTo(503);
    assertThat(reply.body()).contains("database: bad (answers \"yes\")").contains("disk: good");
    assertThat(get("/health").statusCode()).isEqualTo(200); // alive, though it cannot work
  }

  @Test
  void countsForPrometheus() throws Exception {
    assertThat(get("/metrics").body())
        .contains("caisson_rounds_total{outcome=\"completed\"} 3.0")
        .contains("jvm_memory_used_bytes")
        .contains("process_files_open_files");
  }

  @Test
  void hasNoOtherPagesAndNoOtherMethods() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/metrics/../../etc/passwd").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/metrics"))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(http.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void survivesBytesThatAreNoRequest() throws Exception {
    for (String nonsense :
        List.of("\u0000\u0001\r\n\r\n", "GET\r\n\r\n", "GET /health HTTP/9\r\n")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
        socket.getOutputStream().write(nonsense.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      }
    }
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void leavesItsStatusInTheHome() throws Exception {
    Status status = written();
    assertThat(status.process()).isEqualTo("coordinator");
    assertThat(status.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(status.ready()).isTrue();
    assertThat(status.checks()).contains(Check.good("database", "answers \"yes\""));
    assertThat(status.figures()).containsEntry("rounds, completed", 3.0);
    assertThat(Files.readString(home.resolve(Operations.METRICS))).contains("caisson_rounds_total");
  }

  @Test
  void refusesAStatusThatIsNone() throws IOException {
    Path other = Files.createDirectories(home.resolve("other"));
    assertThatThrownBy(() -> Status.read(other)).hasMessageContaining("is missing");
    Files.writeString(other.resolve(Status.FILE), "{\"pid\": []}");
    assertThatThrownBy(() -> Status.read(other)).hasMessageContaining("is no status");
    Files.write(other.resolve(Status.FILE), new byte[1 << 20]);
    assertThatThrownBy(() -> Status.read(other)).hasMessageContaining("has more than");
  }

  private Status written() throws Exception {
    while (Files.notExists(home.resolve(Operations.METRICS))) {
      Thread.sleep(5);
    }
    return Status.read(home);
  }

  private int port() {
    return operations.port().orElseThrow();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }
}

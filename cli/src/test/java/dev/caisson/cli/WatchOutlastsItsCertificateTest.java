package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.people.Desk;
import dev.caisson.protocol.tls.CertificateRequest;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.SignedRequest;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.Roster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who watches a study for longer than their certificate lasts.
@Timeout(120)
final class WatchOutlastsItsCertificateTest {
  /// Long enough to begin with on a slow machine; the server looks every 10 s whom it outlasts.
  private static final Duration SHORT = Duration.ofSeconds(15);

  @TempDir private Path folder;
  private Coordinator coordinator;
  private Path ann;
  private String study;

  @BeforeEach
  void submit() throws Exception {
    Path home = folder.resolve("coordinator");
    run("coordinator", "init", "--home", home.toString(), "--federation", "n");
    String token =
        run(
                "coordinator",
                "token",
                "--home",
                home.toString(),
                "--role",
                "researcher",
                "--name",
                "ann")
            .lines()
            .findFirst()
            .orElseThrow();
    coordinator =
        Coordinator.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            home,
            StoredKeys.load(home.resolve("keys")),
            new Roster(Map.of()),
            Duration.ofMinutes(10));
    ann = folder.resolve("ann");
    String at = "127.0.0.1:" + coordinator.port();
    run("enrol", "--home", ann.toString(), "--coordinator", at, "--token", token);
    Path plan = Files.writeString(folder.resolve("plan.yaml"), PLAN);
    study = run("study", "submit", "--as", ann.toString(), plan.toString()).strip();
  }

  private static final String PLAN =
      """
      version: caisson/study/v1
      name: patience
      project: tests
      sites: [a, b, c]
      rounds: 1
      seed: 1
      dataset: sha256:57c7d81cfffff445fb8094a6fe82928774fd6846b9c051327deb472af13f2b3e
      hold-out: {fraction: 0.2}
      model: {kind: logistic, inputs: 3}
      training: {epochs: 1, batch: 32, optimiser: sgd, learning-rate: 0.05}
      aggregation:
        threshold: 3
        clip-norm: 5
        weights: {mode: equal}
        upload-after-ms: 100
        seconds-per-round: 60
      audit: {smallest-cell: 10, max-persons: 100000}
      """;

  @AfterEach
  void stop() {
    coordinator.close();
  }

  private static String run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    assertThat(code).as("%s", err).isZero();
    return out.toString();
  }

  /// A certificate of the authority's for a fresh key of ann's.
  private void renew(StoredKeys keys, Duration lasting) throws Exception {
    FederationAuthority authority =
        FederationAuthority.load(
            folder.resolve("coordinator/authority.pem"), InstantSource.system(), lasting);
    CertificateRequest fresh = CertificateRequest.fresh();
    X509Certificate certificate =
        authority.certify(keys.now().self(), SignedRequest.read(fresh.encoded()).key());
    keys.replace(fresh, certificate);
  }

  private Desk desk() throws Exception {
    return new Desk(
        ann,
        StoredKeys.load(ann.resolve("keys")),
        new Desk.Address("127.0.0.1", coordinator.port()),
        Optional.empty());
  }

  /// Another command of the same home has renewed it, as each does when it is time.
  @Test
  void itGoesOnWithTheOneThatWasRenewedMeanwhile() throws Exception {
    renew(StoredKeys.load(ann.resolve("keys")), SHORT);
    Desk desk = desk();
    BlockingQueue<StudiesClient.Event> events = new LinkedBlockingQueue<>();
    try (StudiesClient client = new StudiesClient(desk)) {
      Thread watching =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      client.watch(study, events::add);
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  });
      assertThat(events.poll(30, TimeUnit.SECONDS)).isNotNull();
      KeyFiles before = desk.keys().now();
      renew(StoredKeys.load(ann.resolve("keys")), Duration.ofDays(1));
      while (desk.keys().now().certificate().equals(before.certificate())) {
        assertThat(watching.isAlive()).as("the watch goes on").isTrue();
        Thread.sleep(100); // until the server has ended the call of the old one
      }
      run("study", "cancel", "--as", ann.toString(), study);
      watching.join(30_000);
      assertThat(watching.isAlive()).as("it has seen the study's end").isFalse();
      assertThat(events).last().matches(event -> event.state().equals("cancelled"));
    }
  }

  @Test
  void whereNobodyRenewedItThePersonIsToldWhatToDo() throws Exception {
    renew(StoredKeys.load(ann.resolve("keys")), SHORT);
    try (StudiesClient client = new StudiesClient(desk())) {
      assertThatThrownBy(() -> client.watch(study, _ -> true))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("the certificate in %s ended at".formatted(ann))
          .hasMessageContaining("--same-identity");
    }
  }
}

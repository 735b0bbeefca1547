package dev.caisson.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.grpc.HeldCalls.Call;
import dev.caisson.protocol.tls.CertificateRequest;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.tls.SignedRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A connection lasts longer than the certificate that it began with. The server's clock is set;
/// the TLS is real.
@Timeout(120)
final class EndedCertificateTest {
  @TempDir private Path folder;
  private volatile Instant now = Instant.now();
  private HeldCalls held;
  private volatile KeyFiles keys;

  @BeforeEach
  void serve() throws Exception {
    held =
        new HeldCalls(folder, new Door(false, Revocations.NONE, Duration.ofMillis(50), () -> now));
    keys = held.keys(held.authority(), "ann", Role.RESEARCHER);
  }

  @AfterEach
  void end() {
    held.close();
  }

  @Test
  void aCertificateIsGoodToItsLastSecondAndEndsItsOpenCallsAfter() throws Exception {
    ManagedChannel channel = held.dial(keys);
    Call open = new Call(channel, HeldCalls.LIST).held();

    Instant last = keys.certificate().getNotAfter().toInstant();
    now = last;
    new Call(channel, HeldCalls.LIST).held().finish();
    assertThat(open.end).isNotDone();

    now = last.plusSeconds(1);
    Status ended = open.ended();
    assertThat(ended.getCode()).isEqualTo(Status.Code.ABORTED); // may go on in another call
    assertThat(ended.getDescription()).contains("researcher 'ann'", "ended at " + last);
  }

  @Test
  void noCallComesInOnAConnectionWhoseCertificateHasEnded() throws Exception {
    ManagedChannel channel = held.dial(keys);
    new Call(channel, HeldCalls.LIST).held().finish();
    now = keys.certificate().getNotAfter().toInstant().plusSeconds(1);
    Status refused = new Call(channel, HeldCalls.LIST).ended();
    assertThat(refused.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refused.getDescription()).contains("connect again with a renewed one");
  }

  /// One channel for a process's whole life, as the airlock has.
  @Test
  void aChannelWhoseKeysWereRenewedGoesOnOverANewConnectionAndItsOldCallsGoOnMeanwhile()
      throws Exception {
    KeyFiles first = keys;
    ManagedChannel channel = held.dial(() -> keys);
    Call before = new Call(channel, HeldCalls.LIST).held();

    held.validFor(Duration.ofDays(3));
    CertificateRequest request = CertificateRequest.fresh();
    keys =
        request.keys(
            held.authority().certify(first.self(), SignedRequest.read(request.encoded()).key()),
            held.authority().certificate(),
            first.identity());
    Call after = new Call(channel, HeldCalls.LIST).held();
    assertThat(before.end).isNotDone();

    now = first.certificate().getNotAfter().toInstant().plusSeconds(1);
    assertThat(before.ended().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(after.end).isNotDone();
    new Call(channel, HeldCalls.LIST).held().finish();
  }
}

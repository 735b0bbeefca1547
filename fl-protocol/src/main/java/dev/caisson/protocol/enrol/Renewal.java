package dev.caisson.protocol.enrol;

import dev.caisson.protocol.tls.CertificateRequest;
import dev.caisson.protocol.tls.StoredKeys;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a process's certificate from ending: when two thirds of its validity are over, it makes a
/// fresh key and asks for a certificate of it. What fails is a warning that says when the present
/// one ends, and is tried again at the next turn; nothing else stops for it.
public final class Renewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);
  private static final Duration TURN = Duration.ofHours(1);

  private final StoredKeys keys;
  private final Issuer issuer;
  private final InstantSource clock;
  private final Thread thread;

  /// Looks now and then hourly, until closed.
  public static Renewal start(StoredKeys keys, Issuer issuer, InstantSource clock) {
    return start(keys, issuer, clock, TURN);
  }

  /// The same at another pace.
  public static Renewal start(StoredKeys keys, Issuer issuer, InstantSource clock, Duration turn) {
    Renewal renewal = new Renewal(keys, issuer, clock, turn);
    renewal.thread.start();
    return renewal;
  }

  private Renewal(StoredKeys keys, Issuer issuer, InstantSource clock, Duration turn) {
    this.keys = keys;
    this.issuer = issuer;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("renewal").unstarted(() -> keepFresh(turn));
  }

  /// Renews if it is time; whether there is a new certificate. What a killed process left of an
  /// earlier renewal is removed.
  public static boolean ifDue(StoredKeys keys, Issuer issuer, InstantSource clock)
      throws IOException {
    keys.removeLeftovers();
    if (clock.instant().isBefore(keys.renewAt())) {
      return false;
    }
    CertificateRequest fresh = CertificateRequest.fresh();
    keys.replace(fresh, issuer.renew(fresh.encoded()));
    return true;
  }

  private void keepFresh(Duration turn) {
    try {
      while (true) {
        try {
          if (ifDue(keys, issuer, clock)) {
            LOG.info("this process has a new certificate, good until {}", keys.ends());
          }
        } catch (IOException e) {
          LOG.warn(
              "the certificate ends at {} and is not renewed: {}; trying again in {} minutes",
              keys.ends(),
              e.getMessage(),
              turn.toMinutes());
        }
        Thread.sleep(turn);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

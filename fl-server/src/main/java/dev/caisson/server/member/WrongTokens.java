package dev.caisson.server.member;

import dev.caisson.protocol.grpc.Origin;
import dev.caisson.trust.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/// How many wrong tokens an address may show: ten, and one more every six seconds. Kept in a fixed
/// number of counters, into which addresses fall by a hash that is keyed by chance, so that nobody
/// can choose whose counter to fill; two addresses may share one by accident. IPv6 addresses count
/// by their network (/64). Tokens cannot be guessed at any rate; this keeps guessing cheap for us.
public final class WrongTokens {
  private static final int COUNTERS = 1024;
  private static final int ALLOWANCE = 10;
  private static final Duration REGAINED = Duration.ofSeconds(6);

  private final InstantSource clock;
  private final byte[] salt = new byte[16];
  private final int[] wrong = new int[COUNTERS];
  private final Instant[] since = new Instant[COUNTERS];

  public WrongTokens(InstantSource clock) {
    this.clock = clock;
    new SecureRandom().nextBytes(salt);
    Arrays.fill(since, Instant.EPOCH);
  }

  /// Whether this address has to wait before it may show another token.
  public synchronized boolean mustWait(String address) {
    int at = counter(address);
    forgive(at);
    return wrong[at] >= ALLOWANCE;
  }

  /// Notes a wrong token.
  public synchronized void shown(String address) {
    int at = counter(address);
    forgive(at);
    wrong[at] = Math.min(ALLOWANCE, wrong[at] + 1);
  }

  private void forgive(int at) {
    Instant now = clock.instant();
    long regained = Math.max(0, Duration.between(since[at], now).dividedBy(REGAINED));
    if (wrong[at] == 0 || regained >= wrong[at]) {
      wrong[at] = 0;
      since[at] = now;
    } else {
      wrong[at] -= (int) regained;
      since[at] = since[at].plus(REGAINED.multipliedBy(regained));
    }
  }

  private int counter(String address) {
    byte[] hash =
        Digest.of(salt, Origin.of(address).network().getBytes(StandardCharsets.UTF_8)).bytes();
    return (((hash[0] & 0xff) << 8) | (hash[1] & 0xff)) % COUNTERS;
  }
}

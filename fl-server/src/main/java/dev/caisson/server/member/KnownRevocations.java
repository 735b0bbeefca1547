package dev.caisson.server.member;

import dev.caisson.protocol.grpc.RevocationList;
import dev.caisson.protocol.grpc.Revocations;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.server.store.StoreException;
import java.math.BigInteger;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the database says of revoked certificates, read again when what is known is older than
/// `age`: calls are many, and another process may revoke. When the database cannot be read, the
/// last that was known holds.
public final class KnownRevocations implements Revocations {
  private static final Logger LOG = LoggerFactory.getLogger(KnownRevocations.class);

  private final Members members;
  private final Duration age;
  private RevocationList list;
  private long readAt;

  public KnownRevocations(Members members, Duration age) {
    this.members = members;
    this.age = age;
    this.list = members.revoked();
    this.readAt = System.nanoTime();
  }

  @Override
  public boolean isRevoked(BigInteger serial, Caller caller) {
    return current().isRevoked(serial, caller);
  }

  /// As it is known now.
  public synchronized RevocationList current() {
    if (System.nanoTime() - readAt > age.toNanos()) {
      try {
        list = members.revoked();
      } catch (StoreException e) {
        LOG.warn("who is revoked cannot be read, what was known holds: {}", e.getMessage());
      }
      readAt = System.nanoTime();
    }
    return list;
  }
}

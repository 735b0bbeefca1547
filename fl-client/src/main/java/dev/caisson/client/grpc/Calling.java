package dev.caisson.client.grpc;

import dev.caisson.protocol.enrol.Issuer;
import dev.caisson.protocol.enrol.RemoteIssuer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Credentials;
import java.security.SecureRandom;

/// Whom a site dials, as whom, and how; with the random name of this process, its incarnation, by
/// which the coordinator tells a connection made again from a process started again.
public final class Calling {
  private static final int INCARNATION_BYTES = 16;

  private final String host;
  private final int port;
  private final Credentials keys;
  private final Wire.Dialling dialling;
  private final byte[] incarnation = new byte[INCARNATION_BYTES];

  /// One for the whole life of a process.
  public Calling(
      String host, int port, Credentials keys, Wire.Dialling dialling, SecureRandom random) {
    this.host = host;
    this.port = port;
    this.keys = keys;
    this.dialling = dialling;
    random.nextBytes(incarnation);
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  Credentials keys() {
    return keys;
  }

  Wire.Dialling dialling() {
    return dialling;
  }

  byte[] incarnation() {
    return incarnation.clone();
  }

  /// Whom this site asks for its next certificate, on the same way.
  public Issuer issuer() {
    return new RemoteIssuer(host, port, keys, dialling);
  }

  @Override
  public String toString() {
    return "%s:%d %s".formatted(host, port, dialling.proxy());
  }
}

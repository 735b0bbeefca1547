package dev.caisson.protocol.tls;

/// Where a server or channel finds its keys each time a connection begins, so that a renewed
/// certificate is used without a restart. Connections that are open go on with what they began
/// with.
@FunctionalInterface
public interface Credentials {
  /// The keys to use now; thread-safe.
  KeyFiles now();
}

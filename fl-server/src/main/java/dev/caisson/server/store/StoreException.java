package dev.caisson.server.store;

/// The database could not keep or read something: a full disk, a damaged file. Nothing of the
/// transaction is kept.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StoreException(String reason, Throwable cause) {
    super("the coordinator's database failed: " + reason, cause);
  }
}

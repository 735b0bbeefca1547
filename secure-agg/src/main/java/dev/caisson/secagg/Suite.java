package dev.caisson.secagg;

/// The one cipher suite of this protocol version, and its fixed sizes. Its name opens every signed
/// or hashed structure, so that nothing signed here can be read as anything else.
public final class Suite {
  /// Opens every encoding; what follows it is the type of the structure.
  public static final String DOMAIN = "caisson/secagg/v1/x25519-mlkem768-aes256-mldsa65/";

  /// The largest cohort of a complete graph.
  public static final int MAX_COHORT = 200;

  /// The largest cohort of a sparse graph.
  public static final int MAX_SPARSE_COHORT = 5_000;

  /// No sum is ever taken over fewer sites than this, whatever the threshold.
  public static final int MIN_COHORT = 3;

  private Suite() {}
}

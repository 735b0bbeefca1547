package dev.caisson.secagg.message;

import dev.caisson.secagg.SignedManifest;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.agreement.Encapsulation;
import dev.caisson.secagg.agreement.Envelope;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.MalformedException;

/// Bounds on what is decoded, and the largest encoding of each message for the transport to
/// enforce. Derived from the largest cohort; a test builds the largest messages and compares.
public final class Limits {
  /// Upload chunks are bare bytes: see `Layout.MAX_CHUNK_BYTES`.
  public static final int KEYS = keys(Suite.MAX_COHORT);

  /// A manifest and the one before.
  public static final int OPENING = SignedManifest.MAX_BYTES + Succession.MAX_BYTES + 512;

  public static final int DEAL = 4_096 + Suite.MAX_COHORT * 2_560;
  public static final int UPLOAD = upload(Suite.MAX_COHORT);
  public static final int COMPLAINT = 5_120;
  public static final int CONSENT = 4_096;
  public static final int ANSWER = answer(Suite.MAX_COHORT);
  public static final int KEY_LIST = 256 + Suite.MAX_COHORT * (KEYS + 8);
  public static final int SHARE_LIST = 256 + Suite.MAX_COHORT * 7_168;
  public static final int SURVIVOR_LIST = survivorList(Suite.MAX_COHORT);
  public static final int CONSENT_LIST = 256 + Suite.MAX_COHORT * (CONSENT + 8);

  /// Each member's upload statement and seed; pair seeds are most where half of them were lost.
  public static final int SUM_OPENING =
      1_024
          + Suite.MAX_COHORT * (UPLOAD + 4 + 36)
          + Suite.MAX_COHORT / 2 * (Suite.MAX_COHORT / 2) * 36;

  public static final int SIGNED_SUM_OPENING = SUM_OPENING + 8_192;
  public static final int TAG = 4_096;
  public static final int TAG_LIST = 512 + Suite.MAX_COHORT * (TAG + 8 + 48);

  /// The largest message of any kind but upload chunks.
  public static final int ANY = Math.max(Math.max(OPENING, KEY_LIST), SIGNED_SUM_OPENING);

  static final int CIPHERTEXT = Encapsulation.CIPHERTEXT_BYTES;

  /// A 256-bit secret's share over 2^61 - 1.
  public static final int SHARE = 5 * Long.BYTES;

  static final int SEALED = 2 * SHARE + Envelope.TAG_BYTES;
  static final int PATH = 8; // log2 of the largest cohort, rounded up
  static final int REASON = 800;

  private Limits() {}

  /// The largest signed keys, upload statement and list of survivors, and the largest of any
  /// statement, in a cohort of this many.
  static int keys(int cohort) {
    return 6_656 + Math.min(cohort, Suite.MAX_COHORT) * 60;
  }

  static int upload(int cohort) {
    return 4_096 + cohort * 40;
  }

  static int survivorList(int cohort) {
    return 256 + cohort * 48;
  }

  static int answer(int cohort) {
    return 4_096 + cohort * 96;
  }

  static int member(int cohort, FieldReader in) throws MalformedException {
    return in.number(0, cohort - 1);
  }

  static int members(int cohort, FieldReader in) throws MalformedException {
    return in.number(0, cohort);
  }
}

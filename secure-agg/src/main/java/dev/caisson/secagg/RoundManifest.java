package dev.caisson.secagg;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// Everything that a round's parties must agree on before it starts. Its digest enters every
/// signature and every key derivation, so sites that were shown different manifests cannot be
/// unmasked together.
///
/// - `purpose`: why this sum is taken, such as `train` or `audit`.
/// - `cohort`: the sites, in strictly ascending order; a site's place is its member number.
/// - `threshold`: t, the answers that unmask; never lowered.
/// - `nonce`: 32 fresh random bytes, so that no two rounds share a digest.
/// - `uploadNotBefore`: no site uploads earlier, so that timing does not tell dataset sizes.
/// - `deadline`: after it the coordinator goes on without the missing. Both in epoch milliseconds.
/// - `signatures`: by which schemes the round's statements are signed.
public record RoundManifest(
    String study,
    long round,
    String purpose,
    Digest model,
    Digest config,
    List<String> cohort,
    int threshold,
    VectorSpec vector,
    Weights weights,
    Digest nonce,
    long uploadNotBefore,
    long deadline,
    Signatures signatures) {
  /// The largest encoding.
  public static final int MAX_BYTES = 1 << 20;

  private static final String DOMAIN = Suite.DOMAIN + "manifest";

  public RoundManifest {
    cohort = List.copyOf(cohort);
    if (study.isEmpty() || study.length() > 200 || purpose.isEmpty() || purpose.length() > 200) {
      throw new IllegalArgumentException("study and purpose have 1 to 200 characters");
    }
    if (round < 0) {
      throw new IllegalArgumentException("round must not be negative, got %d".formatted(round));
    }
    if (cohort.size() < Suite.MIN_COHORT || cohort.size() > Suite.MAX_COHORT) {
      throw new IllegalArgumentException(
          "a cohort has %d..%d sites, got %d"
              .formatted(Suite.MIN_COHORT, Suite.MAX_COHORT, cohort.size()));
    }
    for (int i = 1; i < cohort.size(); i++) {
      if (cohort.get(i - 1).compareTo(cohort.get(i)) >= 0) {
        throw new IllegalArgumentException(
            "a cohort is in strictly ascending order, '%s' is not before '%s'"
                .formatted(cohort.get(i - 1), cohort.get(i)));
      }
    }
    if (threshold < 1 || threshold > cohort.size()) {
      throw new IllegalArgumentException(
          "threshold must be 1..%d (cohort size), got %d".formatted(cohort.size(), threshold));
    }
    if (deadline < uploadNotBefore) {
      throw new IllegalArgumentException("the deadline is before the first upload");
    }
    if ((long) vector.length() + 1 > VectorSpec.MAX_LENGTH) {
      throw new IllegalArgumentException("no lane is left for the total weight");
    }
  }

  public static RoundManifest decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    String study = in.text(800);
    long round = in.number();
    String purpose = in.text(800);
    Digest model = in.digest();
    Digest config = in.digest();
    int size = in.number(0, Suite.MAX_COHORT);
    List<String> cohort = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      cohort.add(in.text(63));
    }
    int threshold = in.number(0, Suite.MAX_COHORT);
    VectorSpec vector = VectorSpec.read(in);
    Weights weights = Weights.read(in);
    Digest nonce = in.digest();
    long uploadNotBefore = in.number();
    long deadline = in.number();
    Signatures signatures = Signatures.read(in);
    in.end();
    try {
      return new RoundManifest(
          study,
          round,
          purpose,
          model,
          config,
          cohort,
          threshold,
          vector,
          weights,
          nonce,
          uploadNotBefore,
          deadline,
          signatures);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }

  public byte[] encoded() {
    FieldWriter out =
        new FieldWriter(DOMAIN)
            .text(study)
            .number(round)
            .text(purpose)
            .digest(model)
            .digest(config)
            .number(cohort.size());
    cohort.forEach(out::text);
    out.number(threshold);
    vector.write(out);
    weights.write(out);
    return out.digest(nonce)
        .number(uploadNotBefore)
        .number(deadline)
        .text(signatures.label())
        .toBytes();
  }

  public Digest digest() {
    return Digest.of(encoded());
  }

  /// How the vector travels.
  public Layout layout() {
    return Layout.of(cohort.size(), vector, weights);
  }

  /// The fewest members of U1, U2, U3 and of the consents and answers.
  public int floor() {
    return Math.max(Suite.MIN_COHORT, threshold);
  }
}

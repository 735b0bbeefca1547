package dev.caisson.airlock.review;

import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import java.util.Arrays;

/// A decision with both signatures of its reviewer. That the signatures hold is checked by
/// [#signedBy], not by having one of these.
public final class SignedDecision {
  private final Decision decision;
  private final byte[] signature;

  public SignedDecision(Decision decision, byte[] signature) {
    this.decision = decision;
    this.signature = signature.clone();
  }

  /// Signs as the reviewer.
  public static SignedDecision sign(Decision decision, IdentityKey reviewer) {
    return new SignedDecision(decision, reviewer.sign(decision.signedBytes()));
  }

  public Decision decision() {
    return decision;
  }

  public byte[] signature() {
    return signature.clone();
  }

  public boolean signedBy(Identity identity) {
    return identity.verifies(decision.signedBytes(), signature);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedDecision s
        && decision.equals(s.decision)
        && Arrays.equals(signature, s.signature);
  }

  @Override
  public int hashCode() {
    return 31 * decision.hashCode() + Arrays.hashCode(signature);
  }

  @Override
  public String toString() {
    return "SignedDecision[%s by %s]".formatted(decision.choice(), decision.reviewer());
  }
}

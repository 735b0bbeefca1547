package dev.caisson.server.member;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.trust.Digest;
import java.util.Optional;

/// Who may take a name. A name that is enrolled is somebody's: nobody gets it by a token that was
/// not meant for that.
final class Admission {
  private Admission() {}

  /// @param current the member of that name now
  static void mayHaveToken(Caller caller, Optional<Member> current, EnrolledAlready already)
      throws RefusedException {
    if (current.isEmpty()) {
      if (already != EnrolledAlready.REFUSE) {
        throw new RefusedException(
            "nobody is enrolled as '%s'; leave out --%s".formatted(caller.name(), already.label()));
      }
      return;
    }
    if (already == EnrolledAlready.REFUSE) {
      throw new RefusedException(
          "%s is enrolled already (identity %s). If its certificate has ended, use"
                  .formatted(current.get().caller(), current.get().identity().shortHex())
              + " --same-identity; if its keys are lost, --renew-identity, and every custodian must"
              + " compare rosters again; if they may be stolen, revoke it first");
    }
    if (!current.get().caller().equals(caller)) {
      throw new RefusedException(
          "%s is enrolled already; a name changes its role by being revoked first"
              .formatted(current.get().caller()));
    }
  }

  /// Whether this identity may be enrolled by this token; true if it takes another's place.
  static boolean replaces(TokenRow token, Optional<Member> current, Digest identity, boolean known)
      throws RefusedException {
    boolean same = current.isPresent() && current.get().identity().equals(identity);
    if (known && !same) {
      throw new RefusedException(
          "this identity was enrolled before, for another name or until it was revoked; begin in a"
              + " fresh home");
    }
    if (current.isEmpty()) {
      return false;
    }
    switch (token.already()) {
      case REFUSE -> throw new WrongTokenException(); // enrolled since the token was issued
      case SAME_IDENTITY -> {
        if (!same) {
          throw new RefusedException(
              "this token is for the identity that is enrolled already; this home has another");
        }
      }
      case RENEW_IDENTITY -> {}
    }
    return !same;
  }
}

package dev.caisson.secagg.message;

import dev.caisson.trust.FieldReader;
import dev.caisson.trust.MalformedException;
import java.util.Locale;

/// How a site knows that the state it is to work on is the study's, and not an invented one.
public enum Descent {
  /// It is the study's first state, which follows from the plan.
  FIRST,
  /// This site answered the round before, read its sum, checked it where sums are checked, and
  /// computed this state from it.
  COMPUTED,
  /// This site answered the round before and the sum that it was told gives this state, but it
  /// could not check that sum. It relies on the others: at least max(3, t) - 1 must know.
  TOLD,
  /// It cannot tell, and relies on the others: at least max(3, t) must know.
  TRUSTED;

  /// Whether a member that says so vouches for the state.
  public boolean knows() {
    return switch (this) {
      case FIRST, COMPUTED -> true;
      case TOLD, TRUSTED -> false;
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Descent read(FieldReader in) throws MalformedException {
    String label = in.text(16);
    for (Descent descent : values()) {
      if (descent.label().equals(label)) {
        return descent;
      }
    }
    throw new MalformedException("a descent is first, computed or trusted");
  }
}

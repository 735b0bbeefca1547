package dev.caisson.secagg.message;

import dev.caisson.trust.FieldReader;
import dev.caisson.trust.MalformedException;
import java.util.Locale;

/// How a site knows that the state it is to work on is the study's, and not an invented one.
public enum Descent {
  /// It is the study's first state, which follows from the plan.
  FIRST,
  /// This site answered the round before, read its sum and computed this state from it.
  COMPUTED,
  /// It cannot tell, and relies on the others: at least max(3, t) must know.
  TRUSTED;

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

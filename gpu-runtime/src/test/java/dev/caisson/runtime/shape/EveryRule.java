package dev.caisson.runtime.shape;

import java.util.Set;

/// A door for the engines' tests to the names of all rules.
public final class EveryRule {
  private EveryRule() {}

  public static Set<String> operations() {
    return Rules.operations();
  }
}

package dev.caisson.airlock.attack;

/// Persons are on both sides: whether they are members has no answer, and no figure may be computed
/// as if it had. The message says how many, never who.
public final class SharedPersonException extends RuntimeException {
  public SharedPersonException(int persons) {
    super(
        "needs a person: %d %s among both the members and the non-members"
            .formatted(persons, persons == 1 ? "person is" : "persons are"));
  }
}

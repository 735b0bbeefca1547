package dev.caisson.protocol.operations;

/// One thing that a process needs to do its work, and how it stands now.
///
/// @param name of a few lower-case words, e.g. "database"
/// @param words for people; no participant data, no key material
public record Check(String name, boolean holds, String words) {
  public Check {
    if (!name.matches("[a-z][a-z ]{0,39}")) {
      throw new IllegalArgumentException(
          "a check is named by 1 to 40 of a-z and blanks, got '%s'".formatted(name));
    }
  }

  public static Check good(String name, String words) {
    return new Check(name, true, words);
  }

  public static Check bad(String name, String words) {
    return new Check(name, false, words);
  }
}

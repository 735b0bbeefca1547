package dev.caisson.airlock.policy;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/// Why a number is what it is: it was published, or somebody here decided it. There is no third
/// kind; a policy whose numbers come from nowhere cannot be defended to whoever it refuses.
public sealed interface Source {
  /// The longest text.
  int LONGEST = 300;

  /// Published elsewhere, named so that it can be found.
  record Citation(String text) implements Source {
    public Citation {
      if (text.isBlank() || text.length() > LONGEST) {
        throw new IllegalArgumentException(
            "a citation is a text of 1 to %d characters".formatted(LONGEST));
      }
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// Decided here, by this owner on this day.
  record Local(String owner, LocalDate date) implements Source {
    public Local {
      if (owner.isBlank()) {
        throw new IllegalArgumentException("a local number has an owner");
      }
    }

    @Override
    public String toString() {
      return "local, %s, %s".formatted(owner, date);
    }
  }

  /// Reads `local, OWNER, DATE`, or else a citation; what is wrong with it as an
  /// `IllegalArgumentException`.
  static Source of(String text) {
    if (!text.strip().toLowerCase(Locale.ROOT).matches("local\\b.*")) {
      return new Citation(text.strip());
    }
    int first = text.indexOf(',');
    int last = text.lastIndexOf(',');
    if (first < 0 || last == first) {
      throw new IllegalArgumentException(
          "a local source says who decided and when, in quotes: \"local, OWNER, YYYY-MM-DD\"");
    }
    try {
      return new Local(
          text.substring(first + 1, last).strip(),
          LocalDate.parse(text.substring(last + 1).strip()));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "a local source ends with the day, as in \"local, OWNER, 2026-11-26\"", e);
    }
  }
}

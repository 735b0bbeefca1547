package dev.caisson.airlock;

import com.fasterxml.jackson.annotation.JsonProperty;

/// One thing that a deterministic check saw: which check, how grave, what, and where in the file.
///
/// Names inside untrusted files end up in `what` and `where`; both are therefore cut to a few
/// hundred printable ASCII characters on the way in, so that a finding can be printed, logged and
/// put in a page. Writers of pages still escape it.
public record Finding(String check, Status status, String what, String where) {
  private static final int MAX_TEXT = 300;

  /// How grave a finding is. A block cannot be overridden by reviewers.
  public enum Status {
    @JsonProperty("pass")
    PASS,
    @JsonProperty("warn")
    WARN,
    @JsonProperty("block")
    BLOCK
  }

  public Finding {
    if (!check.matches("[a-z0-9][a-z0-9.-]{0,62}")) {
      throw new IllegalArgumentException(
          "a check is named by 1 to 63 of a-z, 0-9, '.', '-', got '%s'".formatted(check));
    }
    what = printable(what);
    where = printable(where);
  }

  public static Finding pass(String check, String what) {
    return new Finding(check, Status.PASS, what, "");
  }

  public static Finding warn(String check, String what, String where) {
    return new Finding(check, Status.WARN, what, where);
  }

  public static Finding block(String check, String what, String where) {
    return new Finding(check, Status.BLOCK, what, where);
  }

  public boolean blocks() {
    return status == Status.BLOCK;
  }

  /// Untrusted text made fit to show: other than printable ASCII becomes `?`, and it is cut.
  public static String printable(String text) {
    return printable(text, MAX_TEXT);
  }

  /// The same, cut after `most` characters; done twice it changes nothing more.
  public static String printable(String text, int most) {
    String cut = text.length() > most ? text.substring(0, most) + "..." : text;
    return cut.replaceAll("[^\\x20-\\x7e]", "?");
  }
}

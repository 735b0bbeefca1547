package dev.caisson.airlock.archive;

/// An archive, or a file in it, is not what it should be or larger than allowed. `where` names the
/// place.
final class BadArchiveException extends Exception {
  private final String check;
  private final String where;

  BadArchiveException(String check, String what, String where) {
    super(what);
    this.check = check;
    this.where = where;
  }

  String what() {
    return String.valueOf(getMessage());
  }

  String check() {
    return check;
  }

  String where() {
    return where;
  }
}

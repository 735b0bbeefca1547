package dev.caisson.yaml;

/// A document that cannot be accepted as written. The message is complete for a person: file, line,
/// key path, what is wrong and what to do.
public final class BadYamlException extends Exception {
  private final String file;
  private final int line;
  private final String path;

  BadYamlException(String file, int line, String path, String problem) {
    super(
        file
            + (line > 0 ? ", line " + line : "")
            + (path.isEmpty() ? "" : ", " + path)
            + ": "
            + problem);
    this.file = file;
    this.line = line;
    this.path = path;
  }

  public String file() {
    return file;
  }

  /// The line as an editor counts it, 0 where the whole file is meant.
  public int line() {
    return line;
  }

  /// The key path, for example `columns[2].range`; empty for the document itself.
  public String path() {
    return path;
  }
}

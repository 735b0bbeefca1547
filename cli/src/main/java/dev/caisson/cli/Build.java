package dev.caisson.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// What was built: the version, and the commit where the build knew it (`unknown` otherwise).
public record Build(String version, String commit) {
  /// Reads what the build wrote beside this class.
  public static Build read() {
    Properties properties = new Properties();
    try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("build.properties is packed beside this class");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read our own build.properties", e);
    }
    return new Build(
        properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
  }
}

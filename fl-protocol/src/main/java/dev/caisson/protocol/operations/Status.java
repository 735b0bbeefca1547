package dev.caisson.protocol.operations;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.trust.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a process last said of itself, as the file `status.json` in its home.
///
/// @param process its role's label, e.g. "coordinator"
/// @param name in its certificate
/// @param started when, ISO 8601
/// @param updated when it wrote this, ISO 8601
/// @param figures current numbers by name, e.g. "sites connected"
@JsonIgnoreProperties(ignoreUnknown = true)
public record Status(
    String process,
    String name,
    long pid,
    String software,
    int protocol,
    String started,
    String updated,
    boolean ready,
    List<Check> checks,
    SortedMap<String, Double> figures) {
  /// The file's name in the home.
  public static final String FILE = "status.json";

  private static final int MAX_BYTES = 256 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  public Status {
    checks = List.copyOf(checks);
    figures = new TreeMap<>(figures);
  }

  /// Puts it in place of the one before, whole or not at all.
  public void write(Path home) throws IOException {
    replace(home.resolve(FILE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }

  /// Reads it; an `IOException` says what is wrong with the file.
  public static Status read(Path home) throws IOException {
    Path file = home.resolve(FILE);
    if (Files.notExists(file)) {
      throw new IOException(
          "%s is missing: no process of this version has run on this home".formatted(file));
    }
    try {
      return JSON.readValue(WholeFile.read(file, MAX_BYTES), Status.class);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new IOException("%s is no status: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  static void replace(Path file, byte[] content) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    Files.write(beside, content);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

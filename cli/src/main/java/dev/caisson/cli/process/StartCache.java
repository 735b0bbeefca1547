package dev.caisson.cli.process;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// The start cache: classes as the JVM keeps them in memory, and how often what is called, recorded
/// while the build rehearsed a study (`start-cache.bash`, ADR 25). Processes start with that at
/// hand.
///
/// It lies beside `caisson.jar` and is trusted as that is: the JVM checks that the cache is of this
/// very JVM and of jars with these names, sizes and times, not what else is in it, so whoever can
/// write it can run code. It is looked for nowhere else, least of all where others can write. A
/// cache that is missing, cut off, of another build or closed to the process is passed over without
/// a word.
public final class StartCache {
  private static final String SILENT = "-Xlog:aot*=off";

  private StartCache() {}

  /// Where it is, if this process runs from a built jar that has one beside it.
  public static Optional<Path> file() {
    return beside("caisson.aot");
  }

  /// Java's options to start with this cache, whatever becomes of the file meanwhile.
  static List<String> options(Path file) {
    return List.of("-XX:AOTCache=" + file, SILENT);
  }

  /// The same entries, those first that the cache was made with, if all of them are there: the JVM
  /// takes a cache only for a class path that begins with its own, and a test's begins with the
  /// test's classes.
  static List<String> inOrder(List<String> classPath) {
    Optional<Path> recorded = beside("caisson.classpath");
    if (recorded.isEmpty()) {
      return classPath;
    }
    SequencedSet<String> ordered = new LinkedHashSet<>();
    ordered.add(recorded.get().resolveSibling("caisson.jar").toString());
    try {
      ordered.addAll(Arrays.asList(Files.readString(recorded.get()).strip().split(":", -1)));
    } catch (IOException e) {
      return classPath; // the order decides only whether the cache is taken
    }
    if (!classPath.containsAll(ordered)) {
      return classPath;
    }
    ordered.addAll(classPath);
    return List.copyOf(ordered);
  }

  private static Optional<Path> beside(String name) {
    return Optional.ofNullable(StartCache.class.getProtectionDomain().getCodeSource())
        .map(CodeSource::getLocation)
        .map(location -> Path.of(URI.create(location.toString())))
        .filter(Files::isRegularFile) // else a folder of classes
        .map(jar -> jar.resolveSibling(name))
        .filter(Files::isRegularFile);
  }
}

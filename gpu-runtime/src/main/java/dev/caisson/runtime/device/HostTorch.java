package dev.caisson.runtime.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A libtorch that the host already has, in place of the one on the class path. The environment
/// names it: `CAISSON_LIBTORCH` is the folder with `libtorch.so`, and `CAISSON_LIBTORCH_JNI` a
/// bridge that was compiled against exactly that libtorch. Only [#BUNDLED] needs no bridge.
///
/// Judged by the files alone, nothing is loaded. Not guaranteed: that a bridge built against
/// another libtorch is noticed.
///
/// @param folder with the libraries
/// @param version as the files beside it say, or empty
/// @param cuda whether it can use a GPU
/// @param release major version of the CUDA that it was built with, where its files say so
/// @param bridge to DJL, where named
public record HostTorch(
    Path folder, String version, boolean cuda, Optional<Integer> release, Optional<Path> bridge) {
  /// The release that DJL's own bridge, on the class path, was compiled against.
  public static final String BUNDLED = "2.7.1";

  static final String FOLDER = "CAISSON_LIBTORCH";
  static final String BRIDGE = "CAISSON_LIBTORCH_JNI";
  private static final List<String> NEEDED = List.of("libc10.so", "libtorch_cpu.so", "libtorch.so");
  private static final List<String> FOR_CUDA = List.of("libc10_cuda.so", "libtorch_cuda.so");
  private static final Pattern RELEASE = Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})");
  private static final Pattern CUDA = Pattern.compile("\\+cu([0-9]{2,3})\\b");
  private static final int MOST_BYTES = 4096;

  /// What the environment says.
  public sealed interface Named {
    /// It names none.
    record Nothing() implements Named {}

    record Usable(HostTorch torch) implements Named {}

    /// What it names cannot be used, on the processor either: why, and what to do.
    record Unusable(String reason) implements Named {}
  }

  public static Named named(Map<String, String> environment) {
    String named = environment.getOrDefault(FOLDER, "");
    if (named.isEmpty()) {
      return new Named.Nothing();
    }
    try {
      return judged(Path.of(named), environment.getOrDefault(BRIDGE, ""));
    } catch (InvalidPathException e) { // not a name in this process's encoding
      return unusable("%s or %s is no path here: %s".formatted(FOLDER, BRIDGE, e.getMessage()));
    } catch (IOException e) {
      return unusable("%s: cannot read %s".formatted(FOLDER, FileFault.inWords(e)));
    }
  }

  private static Named judged(Path folder, String named) throws IOException {
    if (!folder.isAbsolute()) {
      return unusable("%s must be an absolute path, got %s".formatted(FOLDER, folder));
    }
    Optional<String> missing = missing(folder, NEEDED);
    if (missing.isPresent()) {
      return unusable(
          "%s is %s, where there is no %s; name the folder 'lib' of a libtorch or of Python's torch"
              .formatted(FOLDER, folder, missing.get()));
    }
    String words = versionBeside(folder);
    Matcher number = RELEASE.matcher(words);
    String version = number.find() ? number.group(1) : "";
    Optional<Path> bridge =
        named.isEmpty() ? Optional.empty() : Optional.of(Path.of(named).toAbsolutePath());
    if (bridge.isPresent() && !Files.isRegularFile(bridge.get())) {
      return unusable("%s is %s, which is no file".formatted(BRIDGE, bridge.get()));
    }
    if (bridge.isEmpty() && !version.equals(BUNDLED)) {
      return unusable(
          "%s is libtorch %s, the bridge that comes with Caisson fits %s only; compile one (gpu-runtime/src/main/native/build-host-libtorch.sh) and name it in %s"
              .formatted(
                  FOLDER, version.isEmpty() ? "of an unknown release" : version, BUNDLED, BRIDGE));
    }
    Matcher cuda = CUDA.matcher(words);
    return new Named.Usable(
        new HostTorch(
            folder,
            version,
            missing(folder, FOR_CUDA).isEmpty(),
            cuda.find()
                ? Optional.of(Integer.parseInt(cuda.group(1).substring(0, 2)))
                : Optional.empty(),
            bridge));
  }

  private static Named unusable(String reason) {
    return new Named.Unusable(Shown.of(reason, 500));
  }

  private static Optional<String> missing(Path folder, List<String> libraries) {
    return libraries.stream().filter(l -> !Files.isRegularFile(folder.resolve(l))).findFirst();
  }

  /// Its libraries, those that bind it to a GPU last.
  public List<String> libraries() {
    List<String> names = new ArrayList<>(NEEDED);
    if (cuda) {
      names.addAll(FOR_CUDA);
    }
    return List.copyOf(names);
  }

  /// What it lacks to use a GPU, if anything.
  Optional<String> lacksForCuda() {
    return missing(folder, FOR_CUDA);
  }

  /// A libtorch archive has `build-version` above its libraries, Python's torch `version.py`.
  private static String versionBeside(Path folder) throws IOException {
    for (String name : List.of("build-version", "version.py")) {
      Path file = folder.resolveSibling(name);
      if (Files.isRegularFile(file)) {
        try (InputStream in = Files.newInputStream(file)) {
          String words = new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
          if (RELEASE.matcher(words).find()) {
            return words;
          }
        }
      }
    }
    return "";
  }
}

package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A libtorch that the host already has, in place of the one on the class path. The environment
/// names it: `CAISSON_LIBTORCH` is the folder with `libtorch.so`, and `CAISSON_LIBTORCH_JNI` a
/// bridge that was compiled against exactly that libtorch. Only [#BUNDLED] needs no bridge. Not
/// guaranteed: that a bridge built against another libtorch is noticed.
///
/// @param folder with the libraries
/// @param version as the files beside it say, or empty
/// @param cuda whether it can use a GPU
/// @param bridge to DJL, where named
record HostLibtorch(Path folder, String version, boolean cuda, Optional<Path> bridge) {
  /// The release that DJL's own bridge, on the class path, was compiled against.
  static final String BUNDLED = "2.7.1";

  private static final String FOLDER = "CAISSON_LIBTORCH";
  private static final String BRIDGE = "CAISSON_LIBTORCH_JNI";
  private static final List<String> NEEDED = List.of("libc10.so", "libtorch_cpu.so", "libtorch.so");
  private static final List<String> FOR_CUDA = List.of("libc10_cuda.so", "libtorch_cuda.so");
  private static final Pattern RELEASE = Pattern.compile("(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})");

  /// What the environment names; empty where it names nothing.
  ///
  /// @throws EngineException when what it names cannot be used: says why, and what to do
  static Optional<HostLibtorch> named(Map<String, String> environment) {
    String named = environment.getOrDefault(FOLDER, "");
    if (named.isEmpty()) {
      return Optional.empty();
    }
    Path folder = Path.of(named);
    if (!folder.isAbsolute()) {
      throw new EngineException("%s must be an absolute path, got %s".formatted(FOLDER, named));
    }
    for (String library : NEEDED) {
      if (!Files.isRegularFile(folder.resolve(library))) {
        throw new EngineException(
            "%s is %s, where there is no %s; name the folder 'lib' of a libtorch or of Python's torch"
                .formatted(FOLDER, folder, library));
      }
    }
    boolean cuda = FOR_CUDA.stream().allMatch(l -> Files.isRegularFile(folder.resolve(l)));
    String bridge = environment.getOrDefault(BRIDGE, "");
    HostLibtorch host =
        new HostLibtorch(
            folder,
            versionBeside(folder),
            cuda,
            bridge.isEmpty() ? Optional.empty() : Optional.of(Path.of(bridge).toAbsolutePath()));
    host.requireBridge();
    return Optional.of(host);
  }

  private void requireBridge() {
    if (bridge.isPresent()) {
      if (!Files.isRegularFile(bridge.get())) {
        throw new EngineException("%s is %s, which is no file".formatted(BRIDGE, bridge.get()));
      }
    } else if (!version.equals(BUNDLED)) {
      throw new EngineException(
          "%s is libtorch %s, the bridge that comes with Caisson fits %s only; compile one (gpu-runtime/src/main/native/build-host-libtorch.sh) and name it in %s"
              .formatted(
                  FOLDER, version.isEmpty() ? "of an unknown release" : version, BUNDLED, BRIDGE));
    }
  }

  /// From `build-version` of a libtorch or `version.py` of Python's torch, in the folder above.
  private static String versionBeside(Path folder) {
    for (String name : List.of("build-version", "version.py")) {
      Path file = folder.resolveSibling(name);
      if (Files.isRegularFile(file)) {
        try (InputStream in = Files.newInputStream(file)) {
          Matcher found =
              RELEASE.matcher(new String(in.readNBytes(4096), StandardCharsets.ISO_8859_1));
          if (found.find()) {
            return found.group(1);
          }
        } catch (IOException e) {
          throw new EngineException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
      }
    }
    return "";
  }

  /// Tells DJL, before it loads: through its properties, and a folder of links in which it finds no
  /// library but these.
  void announce() {
    try {
      Path links = Files.createTempDirectory("caisson-libtorch");
      links.toFile().deleteOnExit();
      for (String library :
          cuda ? Stream.concat(NEEDED.stream(), FOR_CUDA.stream()).toList() : NEEDED) {
        link(links.resolve(library), folder.resolve(library));
      }
      if (bridge.isPresent()) {
        link(links.resolve("libdjl_torch.so"), bridge.get());
        System.setProperty("PYTORCH_VERSION", version.isEmpty() ? BUNDLED : version);
      }
      System.setProperty("PYTORCH_LIBRARY_PATH", links.toString());
      System.setProperty("PYTORCH_FLAVOR", cuda ? "cu128" : "cpu");
    } catch (IOException e) {
      throw new EngineException("cannot link to the libtorch in " + folder, e);
    }
  }

  private static void link(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target.toRealPath());
    link.toFile().deleteOnExit();
  }

  /// What to tell when it does not load.
  String doesNotLoad(Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return "libtorch %s in %s does not load: %s; known to work: %s as it is, 2.11.0 with a bridge compiled against it"
        .formatted(version, folder, deepest.getMessage(), BUNDLED);
  }
}

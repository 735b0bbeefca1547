package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Unpacks the libtorch of the Maven profile `cuda` into DJL's cache, with its bridge. That bridge
/// came with an earlier DJL than ours and lacks three functions that Caisson does not call; left to
/// itself, DJL would look for one of its own version on the network.
final class CudaBridge {
  private static final String FLAVOUR = "cu124";
  private static final String BRIDGE = "jnilib/linux-x86_64/" + FLAVOUR + "/libdjl_torch.so";

  private CudaBridge() {}

  /// Does nothing where that libtorch is not on the class path, or is unpacked already.
  static void unpack() {
    if (CudaBridge.class.getResource("/" + BRIDGE) == null) {
      return;
    }
    Platform platform = Platform.detectPlatform("pytorch");
    if (platform.isPlaceholder() || !platform.getFlavor().equals(FLAVOUR)) {
      return;
    }
    Path cache = Utils.getEngineCacheDir("pytorch");
    String name = "%s-%s-%s".formatted(platform.getVersion(), FLAVOUR, platform.getClassifier());
    Path folder = cache.resolve(name);
    String bridge = platform.getApiVersion() + "-libdjl_torch.so";
    if (Files.exists(folder.resolve(bridge))) {
      return;
    }
    try {
      Files.createDirectories(cache);
      Path part = Files.createTempDirectory(cache, "unpacking");
      for (String library : platform.getLibraries()) {
        copy(
            "pytorch/%s/%s/%s".formatted(FLAVOUR, platform.getClassifier(), library),
            part.resolve(library));
      }
      copy(BRIDGE, part.resolve(bridge));
      Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new EngineException("cannot unpack libtorch into %s: %s".formatted(folder, e), e);
    }
  }

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream in = CudaBridge.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new FileNotFoundException("no " + resource + " on the class path");
      }
      Files.copy(in, target);
    }
  }
}

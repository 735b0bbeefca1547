package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import dev.caisson.runtime.device.HostTorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The host's libtorch, for DJL to load.
record HostLibtorch(HostTorch torch) {
  /// What the environment names; empty where it names nothing.
  ///
  /// @throws EngineException when what it names cannot be used: says why, and what to do
  static Optional<HostLibtorch> named(Map<String, String> environment) {
    return switch (HostTorch.named(environment)) {
      case HostTorch.Named.Nothing() -> Optional.empty();
      case HostTorch.Named.Usable(HostTorch torch) -> Optional.of(new HostLibtorch(torch));
      case HostTorch.Named.Unusable(String reason) -> throw new EngineException(reason);
    };
  }

  /// Tells DJL, before it loads: through its properties, and a folder of links in which it finds no
  /// library but these.
  void announce() {
    try {
      Path links = Files.createTempDirectory("caisson-libtorch");
      links.toFile().deleteOnExit();
      for (String library : torch.libraries()) {
        link(links.resolve(library), torch.folder().resolve(library));
      }
      if (torch.bridge().isPresent()) {
        link(links.resolve("libdjl_torch.so"), torch.bridge().get());
        System.setProperty(
            "PYTORCH_VERSION", torch.version().isEmpty() ? HostTorch.BUNDLED : torch.version());
      }
      System.setProperty("PYTORCH_LIBRARY_PATH", links.toString());
      System.setProperty("PYTORCH_FLAVOR", torch.cuda() ? "cu128" : "cpu");
    } catch (IOException e) {
      throw new EngineException("cannot link to the libtorch in " + torch.folder(), e);
    }
  }

  private static void link(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target.toRealPath());
    link.toFile().deleteOnExit();
  }

  /// What to tell when it does not load.
  String doesNotLoad(Throwable cause) {
    Throwable deepest = cause;
    for (int depth = 0; depth < 20 && deepest.getCause() != null; depth++) {
      deepest = deepest.getCause();
    }
    return "libtorch %s in %s does not load: %s; known to work: %s as it is, 2.11.0 with a bridge compiled against it"
        .formatted(torch.version(), torch.folder(), deepest.getMessage(), HostTorch.BUNDLED);
  }
}

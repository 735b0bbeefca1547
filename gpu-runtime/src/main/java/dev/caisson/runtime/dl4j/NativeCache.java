package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.device.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/// The folder into which JavaCPP unpacks ND4J's native libraries: `javacpp` in `ENGINE_CACHE_DIR`,
/// or where the process was started with a folder in JavaCPP's own property, that one. Where
/// neither is set it is what JavaCPP takes, `~/.javacpp/cache`.
final class NativeCache {
  static final String VARIABLE = "ENGINE_CACHE_DIR";

  private NativeCache() {}

  /// The folder, made if it was not there. JavaCPP would pass over one that it cannot write to, and
  /// unpack into the user's home or the folder for temporary files without a word.
  ///
  /// @param named what JavaCPP's property says, or empty
  /// @throws DeviceException where it cannot be made or written to: says what to do
  static Path require(Map<String, String> environment, String named, String home)
      throws DeviceException {
    String cache = environment.getOrDefault(VARIABLE, "");
    try {
      Path folder =
          !named.isBlank()
              ? Path.of(named)
              : cache.isBlank() ? Path.of(home, ".javacpp", "cache") : Path.of(cache, "javacpp");
      Files.createDirectories(folder);
      if (!Files.isWritable(folder)) {
        throw new DeviceException(refusal(folder.toString(), "it cannot be written to"));
      }
      return folder;
    } catch (IOException e) {
      throw new DeviceException(
          refusal(e.getMessage(), "%s, no folder can be made there".formatted(kind(e))));
    } catch (InvalidPathException e) {
      throw new DeviceException(refusal(cache, "that is no path here"));
    }
  }

  private static String kind(IOException error) {
    return switch (error) {
      case java.nio.file.FileAlreadyExistsException _ -> "a file is in the way";
      case java.nio.file.AccessDeniedException _ -> "access is denied";
      default -> error.getClass().getSimpleName();
    };
  }

  private static String refusal(String folder, String why) {
    return "its native libraries cannot be unpacked into %s: %s; set %s to another folder"
        .formatted(folder, why, VARIABLE);
  }
}

package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        throw new DeviceException(refusal(folder + ": it cannot be written to"));
      }
      return folder;
    } catch (IOException e) {
      throw new DeviceException(refusal(FileFault.inWords(e)));
    } catch (InvalidPathException e) {
      throw new DeviceException(refusal(e.getMessage()));
    }
  }

  private static String refusal(@Nullable String why) {
    return "its native libraries cannot be unpacked (%s); set %s to another folder"
        .formatted(why, VARIABLE);
  }
}

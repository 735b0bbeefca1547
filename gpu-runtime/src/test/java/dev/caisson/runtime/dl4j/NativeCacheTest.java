package dev.caisson.runtime.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.device.DeviceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
  @TempDir private Path folder;

  private Path require(String engines, String named) throws DeviceException {
    return NativeCache.require(
        Map.of(NativeCache.VARIABLE, engines), named, folder.resolve("home").toString());
  }

  @Test
  void isMadeInTheFolderForEngines() throws Exception {
    Path cache = require(folder.resolve("a/b").toString(), "");
    assertThat(cache).isEqualTo(folder.resolve("a/b/javacpp")).isDirectory();
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void isWhatJavaCppsOwnPropertyNamesWhereItIsSet() throws Exception {
    assertThat(require(folder.resolve("a").toString(), folder.resolve("own").toString()))
        .isEqualTo(folder.resolve("own"))
        .isDirectory();
  }

  @Test
  void isInTheHomeOnlyWhereNothingIsNamed() throws Exception {
    assertThat(require("", "")).isEqualTo(folder.resolve("home/.javacpp/cache")).isDirectory();
  }

  /// JavaCPP itself would go on with the home.
  @Test
  void refusesAFileInTheWayNamingItAndTheVariable() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> require(file.toString(), ""))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("set ENGINE_CACHE_DIR to another folder");
    Files.createFile(Files.createDirectories(folder.resolve("engines")).resolve("javacpp"));
    assertThatThrownBy(() -> require(folder.resolve("engines").toString(), ""))
        .hasMessageContaining("a file is in the way");
    assertThat(folder.resolve("home")).doesNotExist();
  }
}

package dev.caisson.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SplitKeyTest {
  private static final Digest PLAN = Digest.ofText("a plan");

  @TempDir Path folder;

  /// Computed with Python's hmac from the definition, key 00 01 02 ... 1f.
  @Test
  void derivesTheSeedAsDefined() {
    byte[] secret =
        HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    assertThat(HexFormat.of().formatHex(SplitKey.insecureForTests(secret).seedFor(PLAN)))
        .isEqualTo("60e89d23011b4b55204f3dbaad46daa48a29bff662627f064b84aa6fa626f26d");
  }

  @Test
  void comesBackFromItsFileWhichOnlyTheOwnerMayRead() throws Exception {
    Path file = folder.resolve("split.key");
    SplitKey key = SplitKey.generate();
    key.store(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(SplitKey.load(file)).isEqualTo(key);
    assertThat(SplitKey.load(file).seedFor(PLAN)).isEqualTo(key.seedFor(PLAN));
    assertThatThrownBy(() -> key.store(file)).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void refusesAFileThatOthersMayUseOrThatIsNotAKey() throws Exception {
    Path file = folder.resolve("split.key");
    SplitKey.generate().store(file);
    byte[] content = Files.readAllBytes(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> SplitKey.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    for (int length = 0; length < content.length; length++) {
      Files.write(file, Arrays.copyOf(content, length));
      assertThatThrownBy(() -> SplitKey.load(file)).isInstanceOf(MalformedException.class);
    }
    Files.write(file, Arrays.copyOf(content, content.length + 1));
    assertThatThrownBy(() -> SplitKey.load(file)).isInstanceOf(MalformedException.class);
    Files.write(file, new byte[2_000]);
    assertThatThrownBy(() -> SplitKey.load(file)).hasMessageContaining("has more than 1,024 bytes");
  }

  @Test
  void twoKeysDifferAndNeitherIsPrinted() {
    assertThat(SplitKey.generate()).isNotEqualTo(SplitKey.generate());
    assertThat(SplitKey.generate()).hasToString("SplitKey[secret]");
    SplitKey key = SplitKey.generate();
    key.close();
    assertThatThrownBy(() -> key.holdOut(PLAN, 0.2)).hasMessage("this key was closed");
  }
}

package dev.caisson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdentityTest {
  private static final byte[] MESSAGE = "sum, not rows".getBytes(StandardCharsets.UTF_8);

  @Test
  void storedKeyIsTheSameKey(@TempDir Path dir) throws Exception {
    IdentityKey key = IdentityKey.generate();
    key.store(dir.resolve("identity.key"));
    IdentityKey again = IdentityKey.load(dir.resolve("identity.key"));
    assertThat(again.identity()).isEqualTo(key.identity());
    assertThat(key.identity().verifies(MESSAGE, again.sign(MESSAGE))).isTrue();
    assertThat(Identity.decode(key.identity().encoded())).isEqualTo(key.identity());
  }

  @Test
  void refusesAKeyFileThatOthersMayRead(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("identity.key");
    IdentityKey.generate().store(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> IdentityKey.load(file)).hasMessageContaining("chmod 600");
  }

  @Test
  void oneFlippedByteAnywhereBreaksASignature() {
    IdentityKey key = IdentityKey.generate();
    byte[] signature = key.sign(MESSAGE);
    assertThat(key.identity().verifies(MESSAGE, signature)).isTrue();
    for (int i = 0; i < signature.length; i += 37) {
      byte[] bent = signature.clone();
      bent[i] ^= 1;
      assertThat(key.identity().verifies(MESSAGE, bent)).as("byte %d flipped", i).isFalse();
    }
    assertThat(IdentityKey.generate().identity().verifies(MESSAGE, signature)).isFalse();
  }

  @Test
  void aSecretKeyPrintsNothingSecret() {
    IdentityKey key = IdentityKey.generate();
    assertThat(key.toString()).hasSizeLessThan(60).contains("secret");
  }
}

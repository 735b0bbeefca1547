package dev.caisson.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyFilesTest {
  private static final Caller OWNER = new Caller("site-a", Role.SITE);

  private final FederationAuthority authority =
      new FederationAuthority("test", Instant.now(), Duration.ofDays(1));

  @TempDir Path home;
  private Path folder;

  @BeforeEach
  void create() throws Exception {
    folder = home.resolve("keys");
    KeyFiles.create(folder, authority, OWNER);
  }

  @Test
  void whatWasCreatedIsLoaded() throws Exception {
    KeyFiles loaded = KeyFiles.load(folder);
    assertThat(loaded.self()).isEqualTo(OWNER);
    assertThat(loaded.authority()).isEqualTo(authority.certificate());
    byte[] message = {1, 2, 3};
    assertThat(loaded.identity().identity().verifies(message, loaded.identity().sign(message)))
        .isTrue();
  }

  @Test
  void foldersAreForTheirOwnerAloneAndSoAreSecrets() throws Exception {
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("tls.pem"))).isEqualTo("rw-------");
    assertThat(permissions(folder.resolve("identity.key"))).isEqualTo("rw-------");
  }

  @Test
  void existingKeysAreNeverOverwritten() {
    assertThatIOException()
        .isThrownBy(() -> KeyFiles.create(folder, authority, OWNER))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "tls.pem,rw-r-----",
    "tls.pem,rw----r--",
    "tls.pem,rw--w----",
    "identity.key,rw-r-----",
    "identity.key,rw----r--"
  })
  void aSecretThatOthersMayUseIsRefused(String file, String mode) throws Exception {
    Files.setPosixFilePermissions(folder.resolve(file), PosixFilePermissions.fromString(mode));
    assertThatIOException()
        .isThrownBy(() -> KeyFiles.load(folder))
        .withMessageContaining(file)
        .withMessageContaining("chmod 600");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls.pem", "federation-ca.crt", "identity.key"})
  void aBrokenFileIsNamedByItsFolder(String file) throws Exception {
    for (String content : new String[] {"", "garbage", "-----BEGIN X-----\n!!\n-----END X-----"}) {
      Files.writeString(folder.resolve(file), content);
      assertThatIOException()
          .as(content)
          .isThrownBy(() -> KeyFiles.load(folder))
          .withMessageContaining(folder.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls.pem", "federation-ca.crt", "identity.key"})
  void aMissingFileIsNamed(String file) throws Exception {
    Files.delete(folder.resolve(file));
    assertThatIOException()
        .isThrownBy(() -> KeyFiles.load(folder))
        .withMessageContaining(folder.resolve(file).toString());
  }

  @Test
  void anOversizedFileIsNotRead() throws Exception {
    Files.write(folder.resolve("tls.pem"), new byte[16_385]);
    assertThatIOException()
        .isThrownBy(() -> KeyFiles.load(folder))
        .withMessageContaining("has more than");
  }

  @Test
  void aFolderThatIsNoHomeIsNamed() {
    assertThatIOException()
        .isThrownBy(() -> KeyFiles.load(home.resolve("elsewhere")))
        .withMessageContaining("elsewhere");
  }

  @Test
  void nothingSecretIsPrinted() throws Exception {
    KeyFiles keys = KeyFiles.load(folder);
    assertThat(keys.toString()).isEqualTo("KeyFiles[CN=site-a, OU=site]");
    assertThat(authority.issue(OWNER).toString()).contains("key withheld");
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}

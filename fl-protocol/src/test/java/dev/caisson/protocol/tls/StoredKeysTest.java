package dev.caisson.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoredKeysTest {
  private static final Caller OWNER = new Caller("site-a", Role.SITE);

  private final FederationAuthority authority =
      new FederationAuthority("test", Instant.now(), Duration.ofDays(30));

  @TempDir Path home;
  private Path folder;
  private StoredKeys keys;

  @BeforeEach
  void create() throws Exception {
    folder = home.resolve("keys");
    KeyFiles.create(folder, authority, OWNER);
    keys = StoredKeys.load(folder);
  }

  @Test
  void aRenewedKeyAndItsCertificateAreOneFileThatIsReplacedAsAWhole() throws Exception {
    CertificateRequest fresh = CertificateRequest.fresh();
    X509Certificate certificate = certify(fresh, OWNER);
    keys.replace(fresh, certificate);
    assertThat(keys.now().certificate()).isEqualTo(certificate);
    KeyFiles loaded = KeyFiles.load(folder);
    assertThat(loaded.certificate()).isEqualTo(certificate);
    assertThat(loaded.identity().identity()).isEqualTo(keys.now().identity().identity());
    assertMatches(loaded);
    try (var files = Files.list(folder)) {
      assertThat(files).as("no part is left over").hasSize(3);
    }
  }

  @Test
  void secretsThatAKilledProcessLeftAreRemovedAtTheNextStart() throws Exception {
    Path draft = Files.writeString(folder.resolve(".tls.pem-0123456789abcdef.part"), "a key");
    Files.setLastModifiedTime(draft, FileTime.from(Instant.now().minus(Duration.ofMinutes(5))));
    Files.writeString(KeyFiles.pending(folder), "the key again");
    StoredKeys again = StoredKeys.load(folder);
    assertThat(again.now().certificate()).isEqualTo(keys.now().certificate());
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("tls.pem", "federation-ca.crt", "identity.key");
    }
  }

  @Test
  void aHomeOfTwoFilesIsReadAndBecomesOneOfOne() throws Exception {
    String both = Files.readString(folder.resolve("tls.pem"));
    int second = both.indexOf("-----BEGIN CERTIFICATE");
    Files.copy(folder.resolve("tls.pem"), folder.resolve("tls.key")); // its mode is kept
    Files.setPosixFilePermissions(
        folder.resolve("tls.key"), PosixFilePermissions.fromString("rw-------"));
    Files.writeString(folder.resolve("tls.key"), both.substring(0, second));
    Files.writeString(folder.resolve("tls.crt"), both.substring(second));
    Files.delete(folder.resolve("tls.pem"));
    StoredKeys old = StoredKeys.load(folder);
    assertThat(old.now().certificate()).isEqualTo(keys.now().certificate());
    CertificateRequest fresh = CertificateRequest.fresh();
    old.replace(fresh, certify(fresh, OWNER));
    assertThat(folder.resolve("tls.key")).doesNotExist();
    assertThat(folder.resolve("tls.crt")).doesNotExist();
    assertMatches(KeyFiles.load(folder));
  }

  @Test
  void aCertificateForSomebodyElseOrAnotherKeyOrOfAnotherAuthorityChangesNothing()
      throws Exception {
    X509Certificate before = keys.now().certificate();
    CertificateRequest fresh = CertificateRequest.fresh();
    X509Certificate role = certify(fresh, new Caller("site-a", Role.RESEARCHER));
    X509Certificate name = certify(fresh, new Caller("site-b", Role.SITE));
    X509Certificate key = certify(CertificateRequest.fresh(), OWNER);
    X509Certificate foreign =
        new FederationAuthority("test", Instant.now(), Duration.ofDays(30))
            .certify(OWNER, SignedRequest.read(fresh.encoded()).key());
    for (X509Certificate wrong : new X509Certificate[] {role, name, key, foreign}) {
      assertThatIOException()
          .isThrownBy(() -> keys.replace(fresh, wrong))
          .withMessageContaining("certificate");
    }
    assertThat(keys.now().certificate()).isEqualTo(before);
    assertThat(KeyFiles.load(folder).certificate()).isEqualTo(before);
  }

  @Test
  void renewalIsDueAfterTwoThirds() {
    Instant from = keys.now().certificate().getNotBefore().toInstant();
    assertThat(Duration.between(from, keys.ends())).isEqualTo(Duration.ofDays(31));
    assertThat(Duration.between(from, keys.renewAt())).isEqualTo(Duration.ofDays(62).dividedBy(3));
  }

  @Test
  void aRequestThatWasKeptIsAskedAgain() throws Exception {
    Path file = home.resolve("enrolment.pem");
    byte[] first = CertificateRequest.keptIn(file).encoded();
    assertThat(CertificateRequest.keptIn(file).encoded()).isEqualTo(first);
    Files.writeString(file, "garbage");
    assertThatIOException()
        .isThrownBy(() -> CertificateRequest.keptIn(file))
        .withMessageContaining("remove it");
  }

  private X509Certificate certify(CertificateRequest request, Caller caller) throws Exception {
    return authority.certify(caller, SignedRequest.read(request.encoded()).key());
  }

  private static void assertMatches(KeyFiles keys) throws Exception {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(keys.tlsKey());
    signer.update((byte) 1);
    byte[] signature = signer.sign();
    signer.initVerify(keys.certificate());
    signer.update((byte) 1);
    assertThat(signer.verify(signature)).isTrue();
  }
}

package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caisson.protocol.enrol.Token;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.server.member.EnrolledAlready;
import dev.caisson.trust.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Enrolments that die half-way, and are tried again.
@Timeout(120)
final class BrokenEnrolmentTest {
  @TempDir Path folder;
  private EnrolledFederation federation;

  @BeforeEach
  void start() throws Exception {
    federation = new EnrolledFederation(folder);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void anEnrolmentThatDiesBeforeItsHomeIsWholeGoesOnWithTheSameToken() throws Exception {
    Token token = federation.token("site-a", Role.SITE);
    Path keys = federation.home("site-a");
    List<KeyFiles> lost = new ArrayList<>();
    assertThatIOException()
        .isThrownBy(
            () ->
                federation.enrol(
                    keys,
                    token,
                    Role.SITE,
                    enrolled -> {
                      lost.add(enrolled.keys());
                      Files.writeString(keys.resolve("federation-ca.crt"), "half of it");
                      throw new IOException("no space left on device");
                    }));
    assertThat(files(keys))
        .containsExactlyInAnyOrder("identity.key", "enrolment.pem", "federation-ca.crt");

    KeyFiles found = federation.enrol(keys, token, Role.SITE);
    assertThat(found.certificate()).isEqualTo(lost.getFirst().certificate());
    assertThat(found.identity().identity()).isEqualTo(lost.getFirst().identity().identity());
    assertThat(files(keys))
        .containsExactlyInAnyOrder("tls.pem", "federation-ca.crt", "identity.key");
    assertThat(federation.members.list()).hasSize(1);
  }

  @Test
  void anEnrolmentThatDiesBeforeItAskedKeepsItsIdentity() throws Exception {
    Path keys = federation.home("site-a");
    Identity made = KeyFiles.identity(keys).identity();
    assertThat(files(keys)).containsExactly("identity.key"); // killed here
    Token token = federation.token("site-a", Role.SITE);
    assertThat(federation.enrol(keys, token, Role.SITE).identity().identity()).isEqualTo(made);
  }

  /// Killed after the last file, before the request was removed.
  @Test
  void aHomeThatHasItsCertificateIsWholeAndIsNotEnrolledAgain() throws Exception {
    Path keys = federation.home("site-a");
    Path request = keys.resolve("enrolment.pem");
    Path kept = folder.resolve("kept.pem");
    KeyFiles first =
        federation.enrol(
            keys, federation.token("site-a", Role.SITE), Role.SITE, _ -> Files.copy(request, kept));
    Files.copy(kept, request);
    assertThat(KeyFiles.load(keys).certificate()).isEqualTo(first.certificate());
    Token next = federation.token("site-a", Role.SITE, EnrolledAlready.SAME_IDENTITY);
    assertThatIOException()
        .isThrownBy(() -> federation.enrol(keys, next, Role.SITE))
        .withMessageContaining("has keys already");

    Files.delete(keys.resolve("tls.pem")); // as the guide says once it has ended
    KeyFiles second = federation.enrol(keys, next, Role.SITE);
    assertThat(second.certificate()).isNotEqualTo(first.certificate());
    assertThat(second.identity().identity()).isEqualTo(first.identity().identity());
    assertThat(request).doesNotExist();
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}

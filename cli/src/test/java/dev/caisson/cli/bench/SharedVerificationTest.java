package dev.caisson.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.trust.IdentityKey;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import org.junit.jupiter.api.Test;

/// What sites of a measured round take on trust, and that nobody does once it is over.
final class SharedVerificationTest {
  private static final byte[] SAID = "said".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER = "other".getBytes(StandardCharsets.UTF_8);

  private final IdentityKey key = IdentityKey.generate();
  private final IdentityKey stranger = IdentityKey.generate();

  @Test
  void whatNeverHeldIsNotTrusted() {
    byte[] signature = key.signMlDsa(SAID);
    try (SharedVerification shared = SharedVerification.open()) {
      for (boolean trusting : new boolean[] {false, true, true}) {
        shared.trusting(trusting);
        assertThat(key.identity().verifiesMlDsa(SAID, signature)).isTrue();
        assertThat(key.identity().verifiesMlDsa(OTHER, signature)).isFalse();
        assertThat(stranger.identity().verifiesMlDsa(SAID, signature)).isFalse();
        assertThat(key.identity().verifiesMlDsa(SAID, new byte[signature.length])).isFalse();
      }
    }
  }

  @Test
  void whatHeldOnceIsVerifiedNoMoreByThoseWhoTrust() {
    byte[] signature = key.signMlDsa(SAID);
    try (SharedVerification shared = SharedVerification.open()) {
      assertThat(key.identity().verifiesMlDsa(SAID, signature)).isTrue();
      assertThat(shared.verified()).isEqualTo(1);
      shared.trusting(true);
      assertThat(key.identity().verifiesMlDsa(SAID, signature)).isTrue();
      assertThat(shared.verified()).as("taken on trust").isEqualTo(1);
      shared.trusting(false);
      assertThat(key.identity().verifiesMlDsa(SAID, signature)).isTrue();
      assertThat(shared.verified()).as("whoever does not trust verifies").isEqualTo(2);
    }
  }

  @Test
  void signaturesAreMadeAsEverAndNothingIsLeftBehind() {
    int before = Security.getProviders().length;
    byte[] signature;
    try (SharedVerification _ = SharedVerification.open()) {
      signature = key.signMlDsa(SAID);
      assertThat(Security.getProviders()).hasSize(before + 1);
    }
    assertThat(Security.getProviders()).hasSize(before);
    assertThat(key.identity().verifiesMlDsa(SAID, signature)).isTrue();
  }
}

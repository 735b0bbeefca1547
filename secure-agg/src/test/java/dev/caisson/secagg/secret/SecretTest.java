package dev.caisson.secagg.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SecretTest {
  @Test
  void aClosedSecretIsWipedAndGivesNothing() {
    byte[] held = {1, 2, 3};
    Secret secret = Secret.taking(held);
    secret.close();
    assertThat(held).containsOnly(0);
    assertThatThrownBy(secret::bytes).hasMessageContaining("wiped");
  }

  @Test
  void secretsAreEqualByContentAndNeverPrinted() {
    assertThat(Secret.taking(new byte[] {77})).isEqualTo(Secret.taking(new byte[] {77}));
    assertThat(Secret.taking(new byte[] {77})).isNotEqualTo(Secret.taking(new byte[] {78}));
    assertThat(Secret.taking(new byte[] {77}).toString()).isEqualTo("Secret[redacted]");
  }
}

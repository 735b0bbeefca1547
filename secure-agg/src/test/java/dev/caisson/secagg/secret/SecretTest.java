package dev.caisson.secagg.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.SeededRandom;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
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
  void whatIsGivenOutIsACopy() {
    Secret secret = Secret.taking(new byte[] {1, 2, 3});
    secret.bytes()[0] = 9;
    assertThat(secret.bytes()).containsExactly(1, 2, 3);
    assertThat(secret.length()).isEqualTo(3);
    assertThat(secret.isClosed()).isFalse();
    secret.close();
    assertThat(secret.isClosed()).isTrue();
  }

  @Test
  void whatIsLentIsACopyThatIsWipedAfterUse() throws Exception {
    Secret secret = Secret.taking(new byte[] {1, 2, 3});
    byte[] lent = secret.lend(bytes -> bytes);
    assertThat(lent).hasSize(3).containsOnly(0);
    assertThat(secret.<Integer, Exception>lend(bytes -> bytes[0] + bytes[1] + bytes[2]))
        .isEqualTo(6);
    List<byte[]> seen = new ArrayList<>();
    assertThatThrownBy(
            () ->
                secret.lend(
                    bytes -> {
                      seen.add(bytes);
                      throw new GeneralSecurityException("in use");
                    }))
        .isInstanceOf(GeneralSecurityException.class);
    assertThat(seen.getFirst()).hasSize(3).containsOnly(0);
    assertThat(secret.bytes()).containsExactly(1, 2, 3);
    secret.close();
    assertThatThrownBy(() -> secret.lend(bytes -> bytes)).hasMessageContaining("wiped");
  }

  @Test
  void aRandomSecretIsTheSourcesBytes() {
    Secret drawn = Secret.random(40, new SeededRandom(3));
    byte[] same = new byte[40];
    new SeededRandom(3).nextBytes(same);
    assertThat(drawn.bytes()).isEqualTo(same);
  }

  @Test
  void aHashTellsTheLengthAlone() {
    assertThat(Secret.taking(new byte[] {77, 1})).hasSameHashCodeAs(Secret.taking(new byte[2]));
    assertThat(Secret.taking(new byte[2]).hashCode()).isEqualTo(2);
  }

  @Test
  void secretsAreEqualByContentAndNeverPrinted() {
    assertThat(Secret.taking(new byte[] {77})).isEqualTo(Secret.taking(new byte[] {77}));
    assertThat(Secret.taking(new byte[] {77})).isNotEqualTo(Secret.taking(new byte[] {78}));
    assertThat(Secret.taking(new byte[] {77}).toString()).isEqualTo("Secret[redacted]");
  }
}

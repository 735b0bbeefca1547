package dev.caisson.secagg.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import org.junit.jupiter.api.Test;

final class DerivedRandomTest {
  private final DerivedRandom random = new DerivedRandom(Secret.taking(new byte[] {1, 2, 3, 4, 5}));

  @Test
  void givesItsBytesInOrderAndOnce() {
    byte[] first = new byte[2];
    byte[] rest = new byte[3];
    random.nextBytes(first);
    random.nextBytes(rest);
    assertThat(first).containsExactly(1, 2);
    assertThat(rest).containsExactly(3, 4, 5);
    assertThatCode(random::finish).doesNotThrowAnyException();
    assertThatThrownBy(() -> random.nextBytes(new byte[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a generator asked for 6 bytes, 5 are derived");
  }

  @Test
  void aGeneratorThatAsksForFewerBytesIsNotOneWeKnow() {
    random.nextBytes(new byte[4]);
    assertThatThrownBy(random::finish)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a generator used 4 of 5 derived bytes");
  }

  @Test
  void finishingWipesTheBytes() {
    byte[] wiped = new byte[5];
    wiped[0] = 9;
    assertThatThrownBy(random::finish).isInstanceOf(IllegalStateException.class);
    random.nextBytes(wiped);
    assertThat(wiped).containsOnly(0);
  }

  /// Coins of another length than FIPS 203's m would show at once.
  @Test
  void coinsOfAnotherLengthAreRefused() {
    PublicKeys peer =
        HybridKeys.fromSeed(Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(1))).publicKeys();
    for (int length : new int[] {31, 33}) {
      assertThatThrownBy(() -> HybridKeys.encapsulate(peer, Secret.taking(new byte[length])))
          .as("%d bytes", length)
          .isInstanceOf(IllegalStateException.class);
    }
  }
}

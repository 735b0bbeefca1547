package dev.caisson.protocol.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.trust.Digest;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TokenTest {
  private static final Digest AUTHORITY = Digest.ofText("authority");

  private final Token token = Token.fresh(new SecureRandom(), AUTHORITY);

  @Test
  void whatIsHandedOverIsReadAgain() {
    Token read = Token.parse(" " + token.text() + "\n");
    assertThat(read.shown()).isEqualTo(token.shown());
    assertThat(read.authority()).isEqualTo(AUTHORITY);
    assertThat(token.text()).matches("caisson-[A-Za-z0-9_-]{92}");
  }

  /// Of 192 random bits, two of 10,000 agree with a probability below 2^-165.
  @Test
  void noTwoTokensAgree() {
    SecureRandom random = new SecureRandom();
    Set<Digest> hashes = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      hashes.add(Token.hash(Token.fresh(random, AUTHORITY).shown()));
    }
    assertThat(hashes).hasSize(10_000);
  }

  @Test
  void aSlipAnywhereIsNoticedBeforeAnybodyIsAsked() {
    String text = token.text();
    for (int i = 8; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'Q' : 'A';
      String slipped = text.substring(0, i) + other + text.substring(i + 1);
      assertThatIllegalArgumentException()
          .as("at %d", i)
          .isThrownBy(() -> Token.parse(slipped))
          .withMessageContaining("not a token")
          .withMessageNotContaining(slipped);
    }
    for (String bad : new String[] {"", "caisson-", text.substring(1), text + "A", "\0", "ä"}) {
      assertThatIllegalArgumentException().as(bad).isThrownBy(() -> Token.parse(bad));
    }
  }

  @Test
  void aStatementIsOfOneTokenRequestAndIdentity() {
    byte[] request = {1};
    byte[] identity = {2};
    byte[] statement = Token.statement(token.shown(), request, identity);
    Token other = Token.fresh(new SecureRandom(), AUTHORITY);
    assertThat(statement)
        .isNotEqualTo(Token.statement(other.shown(), request, identity))
        .isNotEqualTo(Token.statement(token.shown(), identity, request))
        .isNotEqualTo(Token.statement(token.shown(), request, new byte[] {3}));
  }

  @Test
  void nothingSecretIsPrinted() {
    assertThat(token.toString()).isEqualTo("Token[secret]");
  }
}

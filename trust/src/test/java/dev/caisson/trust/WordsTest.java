package dev.caisson.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// The vectors are those of BIP-39's reference implementation (Trezor's vectors.json).
final class WordsTest {
  private static final String ZEROS = "abandon ".repeat(23) + "art";

  @Test
  void wordsAreThoseOfTheReference() {
    assertThat(Words.ofAll(digest("00".repeat(32)))).isEqualTo(ZEROS);
    assertThat(Words.ofAll(digest("ff".repeat(32)))).isEqualTo("zoo ".repeat(23) + "vote");
    assertThat(Words.ofAll(digest("7f".repeat(32))))
        .isEqualTo(
            "legal winner thank year wave sausage worth useful ".repeat(2)
                + "legal winner thank year wave sausage worth title");
    assertThat(Words.ofOne(digest("80".repeat(32))))
        .isEqualTo(
            "letter advice cage absurd amount doctor acoustic avoid letter advice cage above");
  }

  @Test
  void aWholeDigestComesBackFromItsWords() {
    for (int i = 0; i < 200; i++) {
      Digest digest = Digest.ofText("digest " + i);
      assertThat(Words.parseAll(Words.ofAll(digest))).contains(digest);
    }
  }

  @Test
  void spacingAndCaseAreTheSpeakersOwn() {
    assertThat(Words.parseAll("\n " + ZEROS.toUpperCase(Locale.ROOT).replace(" ", " \t ") + " "))
        .contains(digest("00".repeat(32)));
  }

  @Test
  void refusesWhatIsNotTheWordsOfADigest() {
    assertThat(Words.parseAll("")).isEmpty();
    assertThat(Words.parseAll("abandon ".repeat(24))).as("wrong checksum").isEmpty();
    assertThat(Words.parseAll(ZEROS.replace("art", "artx"))).as("no such word").isEmpty();
    assertThat(Words.parseAll(ZEROS + " art")).as("25 words").isEmpty();
    assertThat(Words.parseAll(Words.ofOne(digest("00".repeat(32))))).as("12 words").isEmpty();
    assertThat(Words.parseAll("art " + "abandon ".repeat(22) + "abandon")).isEmpty();
  }

  private static Digest digest(String hex) {
    return Digest.ofBytes(HexFormat.of().parseHex(hex));
  }
}

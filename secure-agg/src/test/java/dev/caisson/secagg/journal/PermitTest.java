package dev.caisson.secagg.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A custodian's word to their own site, and what is not one.
final class PermitTest {
  private static final IdentityKey KEY = IdentityKey.generate();
  private static final Digest SCOPE = Digest.ofText("scope");
  private static final Digest STATE = Digest.ofText("state");
  private static final Permit AGAIN =
      new Permit.AnswerAgain("a", SCOPE, STATE, "c's disk died \u2013 no copy", 5);
  private static final Permit RESUME = new Permit.Resume("a", 40, "an old backup", -5);

  @Test
  void aPermitReadsBackForItsSiteUnderItsSitesKey() throws Exception {
    for (Permit permit :
        List.of(
            AGAIN,
            RESUME,
            new Permit.Resume("a", 0, "why", 0),
            new Permit.Resume("a", Sighting.MAX_RESUMED, "why", 0))) {
      byte[] signed = permit.signed(KEY);
      assertThat(signed.length).isLessThan(Permit.MAX_BYTES);
      assertThat(Permit.read(signed, "a", KEY.identity())).isEqualTo(permit);
    }
  }

  @Test
  void aPermitForAnotherSiteOrByAnotherKeyIsRefused() {
    byte[] signed = AGAIN.signed(KEY);
    assertThatThrownBy(() -> Permit.read(signed, "b", KEY.identity()))
        .isInstanceOf(MalformedException.class)
        .hasMessage("a permit is for site 'a'");
    assertThatThrownBy(() -> Permit.read(signed, "a", IdentityKey.generate().identity()))
        .isInstanceOf(MalformedException.class)
        .hasMessage("a permit is not signed by this site's key");
  }

  /// Any byte, cut or addition: refused as malformed or unsigned, never read as another permit.
  @Test
  void aPermitThatWasTamperedWithIsRefused() {
    byte[] signed = RESUME.signed(KEY);
    for (int at = 0; at < signed.length; at += at < 250 ? 1 : 97) {
      byte[] bent = signed.clone();
      bent[at] ^= 1;
      assertThatThrownBy(() -> Permit.read(bent, "a", KEY.identity()))
          .as("byte %d", at)
          .isInstanceOf(MalformedException.class);
    }
    for (int length : new int[] {0, 1, 100, signed.length - 1, signed.length + 1}) {
      byte[] other = Arrays.copyOf(signed, length);
      assertThatThrownBy(() -> Permit.read(other, "a", KEY.identity()))
          .isInstanceOf(MalformedException.class);
    }
  }

  /// Signed by the right key, but only one of the schemes, or for something else.
  @Test
  void bothSignaturesMustHoldOverThePermitItself() {
    byte[] body = body("resume", 40, "an old backup");
    String domain = Permit.DOMAIN + "/signed";
    byte[] half = new FieldWriter(domain).bytes(body).bytes(KEY.signMlDsa(body)).toBytes();
    assertThatThrownBy(() -> Permit.read(half, "a", KEY.identity()))
        .hasMessage("a permit is not signed by this site's key");
    byte[] other = new FieldWriter(domain).bytes(body).bytes(KEY.sign(new byte[4])).toBytes();
    assertThatThrownBy(() -> Permit.read(other, "a", KEY.identity()))
        .hasMessage("a permit is not signed by this site's key");
  }

  @Test
  void aSignedPermitOfAnotherKindOrWithIllegalValuesIsMalformed() throws Exception {
    assertThat(read(body("resume", 40, "why"))).isEqualTo(new Permit.Resume("a", 40, "why", 5));
    assertThatThrownBy(() -> read(body("anything", 40, "why")))
        .isInstanceOf(MalformedException.class)
        .hasMessage("a permit of an unknown kind");
    for (long height : new long[] {-1, Sighting.MAX_RESUMED + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> read(body("resume", height, "why")))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("got " + height);
    }
    assertThatThrownBy(() -> read(body("resume", 40, " ")))
        .isInstanceOf(MalformedException.class)
        .hasMessage("a reason has 1 to 500 characters");
    byte[] longer = Arrays.copyOf(body("resume", 40, "why"), body("resume", 40, "why").length + 1);
    assertThatThrownBy(() -> read(longer))
        .isInstanceOf(MalformedException.class)
        .hasMessage("1 bytes behind the last field");
  }

  private static byte[] body(String kind, long height, String reason) {
    return new FieldWriter(Permit.DOMAIN)
        .text(kind)
        .text("a")
        .number(height)
        .text(reason)
        .number(5)
        .toBytes();
  }

  private static Permit read(byte[] body) throws MalformedException {
    byte[] signed =
        new FieldWriter(Permit.DOMAIN + "/signed").bytes(body).bytes(KEY.sign(body)).toBytes();
    return Permit.read(signed, "a", KEY.identity());
  }

  @Test
  void aReasonIsGivenInWordsOfBoundedLength() {
    for (String reason : new String[] {"", " \n", "x".repeat(501)}) {
      assertThatThrownBy(() -> new Permit.AnswerAgain("a", SCOPE, STATE, reason, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a reason has 1 to 500 characters");
      assertThatThrownBy(() -> new Permit.Resume("a", 1, reason, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new Permit.Resume("a", 1, "x".repeat(500), 1).reason()).hasSize(500);
  }

  /// Which decision it is, whatever the randomness of its signatures.
  @Test
  void theDigestNamesTheDecision() throws Exception {
    assertThat(AGAIN.signed(KEY)).isNotEqualTo(AGAIN.signed(KEY));
    assertThat(Permit.read(AGAIN.signed(KEY), "a", KEY.identity()).digest())
        .isEqualTo(AGAIN.digest());
    assertThat(
            List.of(
                AGAIN.digest(),
                new Permit.AnswerAgain("b", SCOPE, STATE, AGAIN.reason(), 5).digest(),
                new Permit.AnswerAgain("a", STATE, STATE, AGAIN.reason(), 5).digest(),
                new Permit.AnswerAgain("a", SCOPE, SCOPE, AGAIN.reason(), 5).digest(),
                new Permit.AnswerAgain("a", SCOPE, STATE, "another reason", 5).digest(),
                new Permit.AnswerAgain("a", SCOPE, STATE, AGAIN.reason(), 6).digest(),
                RESUME.digest(),
                new Permit.Resume("a", 41, RESUME.reason(), -5).digest()))
        .doesNotHaveDuplicates();
  }
}

package dev.caisson.airlock.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedPolicyTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00.5Z");
  private static final byte[] POLICY = Policy.standardText();
  private static final IdentityKey KEY = IdentityKey.generate();
  private static final byte[] SIGNATURE = SignedPolicy.sign(POLICY, KEY, NOW);

  @TempDir private Path folder;

  @Test
  void tellsWhoSignedAndWhen() {
    assertThat(standing(POLICY, SIGNATURE, KEY.identity()))
        .isEqualTo(
            new Standing.Signed(
                KEY.identity().fingerprint(), Instant.parse("2026-11-26T12:00:00Z")));
    assertThat(new String(SIGNATURE, StandardCharsets.UTF_8))
        .contains("\"policy\" : \"" + Digest.of(POLICY) + "\"");
  }

  @Test
  void anyChangedByteOfThePolicyUnsignsIt() {
    SplittableRandom random = new SplittableRandom(1);
    for (int run = 0; run < 200; run++) {
      byte[] changed = POLICY.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      assertUnsigned(standing(changed, SIGNATURE, KEY.identity()), "changed after it was signed");
    }
  }

  @Test
  void anyChangedByteOfTheSignatureUnsignsThePolicy() {
    SplittableRandom random = new SplittableRandom(2);
    for (int run = 0; run < 500; run++) {
      byte[] changed = SIGNATURE.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(standing(POLICY, changed, KEY.identity())).isInstanceOf(Standing.Unsigned.class);
    }
    String text = new String(SIGNATURE, StandardCharsets.UTF_8);
    byte[] later = text.replace("T12:00:00Z", "T12:00:01Z").getBytes(StandardCharsets.UTF_8);
    assertUnsigned(standing(POLICY, later, KEY.identity()), "does not hold");
  }

  @Test
  void aStrangersSignatureIsNone() {
    IdentityKey stranger = IdentityKey.generate();
    byte[] theirs = SignedPolicy.sign(POLICY, stranger, NOW);
    assertUnsigned(
        standing(POLICY, theirs, KEY.identity()),
        "signed by %s, which this airlock does not trust: it trusts %s"
            .formatted(stranger.identity().fingerprint(), KEY.identity().fingerprint()));
    assertUnsigned(
        SignedPolicy.verify(POLICY, Optional.of(theirs), Optional.empty()),
        "it has no trusted signer yet");
  }

  @Test
  void aStrangerWhoNamesTheTrustedKeySignsNothing() {
    String theirs =
        new String(SignedPolicy.sign(POLICY, IdentityKey.generate(), NOW), StandardCharsets.UTF_8);
    String ours = new String(SIGNATURE, StandardCharsets.UTF_8);
    String signature = "\"signature\"";
    String grafted =
        ours.substring(0, ours.indexOf(signature)) + theirs.substring(theirs.indexOf(signature));
    assertUnsigned(
        standing(POLICY, grafted.getBytes(StandardCharsets.UTF_8), KEY.identity()),
        "does not hold");
  }

  @Test
  void noSignatureFileOrAnyOtherFileIsUnsigned() {
    assertUnsigned(
        SignedPolicy.verify(POLICY, Optional.empty(), Optional.of(KEY.identity())),
        "no signature file beside it");
    for (byte[] other : new byte[][] {{}, "{}".getBytes(StandardCharsets.UTF_8), POLICY}) {
      assertUnsigned(standing(POLICY, other, KEY.identity()), "is no signature of a policy");
    }
    assertUnsigned(
        standing(POLICY, new byte[SignedPolicy.MAX_BYTES + 1], KEY.identity()),
        "at most 65536 are read");
  }

  @Test
  void aHomeMakesItsKeyOnceAndTrustsIt() throws Exception {
    AssessorHome home = AssessorHome.at(folder.resolve("home"));
    assertThat(home.trustedSigner()).isEmpty();
    AssessorHome.Signer first = home.signer();
    assertThat(first.fresh()).isTrue();
    assertThat(home.signer().fresh()).isFalse();
    assertThat(home.trustedSigner()).contains(first.key().identity());
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("home/policy-signer.key"))))
        .isEqualTo("rw-------");
    Path policy = folder.resolve("policy.yaml");
    Files.write(policy, POLICY);
    assertThat(PolicyFile.read(policy, home.trustedSigner()).standing())
        .isInstanceOf(Standing.Unsigned.class);
    Files.write(
        PolicyFile.signatureOf(policy), SignedPolicy.sign(POLICY, home.signer().key(), NOW));
    PolicyFile read = PolicyFile.read(policy, home.trustedSigner());
    assertThat(read.standing()).isInstanceOf(Standing.Signed.class);
    assertThat(read.digest()).isEqualTo(Digest.of(POLICY));
    assertThat(PolicyFile.standard().standing()).isEqualTo(new Standing.Missing());
  }

  @Test
  void aHomeThatTrustsAnotherDoesNotSign() throws Exception {
    Path home = folder.resolve("home");
    AssessorHome.at(home).signer();
    Files.delete(home.resolve("policy-signer.key"));
    assertThatThrownBy(() -> AssessorHome.at(home).signer())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("whose key is not here");
    IdentityKey.generate().store(home.resolve("policy-signer.key"));
    assertThatThrownBy(() -> AssessorHome.at(home).signer())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("different signers");
    Files.writeString(home.resolve("policy-signer.pub"), "{}");
    assertThatThrownBy(() -> AssessorHome.at(home).trustedSigner())
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("does not hold a signer's public keys");
  }

  private static Standing standing(byte[] policy, byte[] signature, Identity trusted) {
    return SignedPolicy.verify(policy, Optional.of(signature), Optional.of(trusted));
  }

  private static void assertUnsigned(Standing standing, String part) {
    assertThat(standing).isInstanceOf(Standing.Unsigned.class);
    assertThat(standing.words()).startsWith("not signed: ").contains(part);
  }
}

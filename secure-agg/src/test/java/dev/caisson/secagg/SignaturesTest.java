package dev.caisson.secagg;

import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import org.junit.jupiter.api.Test;

/// By which schemes statements are signed: where both are wanted, both must hold.
final class SignaturesTest {
  private static final String DOMAIN = "caisson/signature/v1";
  private static final byte[] MESSAGE = {1, 2, 3};
  private final IdentityKey key = IdentityKey.generate();
  private final Identity identity = key.identity();

  @Test
  void eachSchemeVerifiesWhatItSignedAndNotTheOthers() {
    for (Signatures scheme : Signatures.values()) {
      Bytes signature = scheme.sign(key, MESSAGE);
      assertThat(signature.length()).isLessThanOrEqualTo(Signatures.MAX_BYTES);
      for (Signatures other : Signatures.values()) {
        assertThat(other.verify(identity, MESSAGE, signature))
            .as("signed by %s, read as %s", scheme, other)
            .isEqualTo(scheme == other);
      }
      assertThat(scheme.verify(identity, new byte[] {1, 2, 4}, signature)).isFalse();
      assertThat(scheme.verify(IdentityKey.generate().identity(), MESSAGE, signature)).isFalse();
      assertThat(scheme.verify(identity, MESSAGE, Bytes.empty())).isFalse();
    }
  }

  /// A forger who has broken one scheme: the other half is bent, of another message or missing.
  @Test
  void oneHalfAloneDoesNotHold() throws Exception {
    Signatures both = Signatures.ML_DSA_AND_ED25519;
    FieldReader in = new FieldReader(DOMAIN, both.sign(key, MESSAGE).toArray());
    byte[] mlDsa = in.bytes(4096);
    byte[] ed25519 = in.bytes(64);
    in.end();
    byte[] another = {9};
    for (byte[][] halves :
        new byte[][][] {
          {bent(mlDsa), ed25519},
          {mlDsa, bent(ed25519)},
          {key.signMlDsa(another), ed25519},
          {mlDsa, key.signEd25519(another)},
          {new byte[0], ed25519},
          {mlDsa, new byte[0]},
          {ed25519, mlDsa}
        }) {
      Bytes forged = Bytes.of(new FieldWriter(DOMAIN).bytes(halves[0]).bytes(halves[1]).toBytes());
      assertThat(both.verify(identity, MESSAGE, forged)).isFalse();
    }
    Bytes whole = Bytes.of(new FieldWriter(DOMAIN).bytes(mlDsa).bytes(ed25519).toBytes());
    assertThat(both.verify(identity, MESSAGE, whole)).isTrue();
  }

  private static byte[] bent(byte[] signature) {
    byte[] bent = signature.clone();
    bent[bent.length / 2] ^= 1;
    return bent;
  }

  @Test
  void aWholeRoundIsSignedByBothAndHalfASignatureIsRejectedInIt() throws Exception {
    Federation three = new Federation(3);
    RoundManifest manifest =
        ManifestDraft.like(three.one(3)).signatures(Signatures.ML_DSA_AND_ED25519).build();
    SitePolicy strict =
        new SitePolicy(
            three.roster(),
            Federation.COORDINATOR.identity(),
            0,
            2,
            10,
            1.0,
            false,
            Signatures.ML_DSA_AND_ED25519);
    Play play = Play.of(three, manifest).policy(strict).begin().numbers(1, 2, 4);
    KeysStatement keys =
        Signed.decode(Play.at(play.fromSites, "site-000"), KeysStatement::decode).statement();
    byte[] half = Signed.sign(keys, Signatures.ML_DSA, three.key("site-000")).encoded();
    assertRejected(
        play.keys.accept("site-000", half),
        Rule.SIGNATURE,
        "site-000",
        "does not hold (ml-dsa-65-and-ed25519)");
    SumResult sum = play.toUploads().toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(7);
    // a site that wants both takes part in nothing less
    assertThat(
            strict
                .objection(three.one(3), "site-000", three.key("site-000").identity())
                .orElseThrow()
                .toString())
        .isEqualTo(
            "coordinator broke SIGNATURES: this site wants statements signed by"
                + " ml-dsa-65-and-ed25519, the round signs by ml-dsa-65");
  }
}

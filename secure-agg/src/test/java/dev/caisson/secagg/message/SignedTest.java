package dev.caisson.secagg.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a signature covers, and the rules that a signed statement is held against.
final class SignedTest {
  private static final IdentityKey KEY = IdentityKey.generate();
  private static final Digest MANIFEST = Digest.ofText("manifest");
  private static final Digest D3 = Digest.ofText("d3");
  private static final Digest OTHER = Digest.ofText("other");
  private static final Origin HERE = new Origin(MANIFEST, D3, 4);

  private final Signed<ConsentStatement> consent =
      Signed.sign(new ConsentStatement(HERE), Signatures.ML_DSA, KEY);

  @Test
  void aStatementOfItsPlaceUnderItsSignersKeyHasNoObjection() {
    assertThat(consent.objection(HERE, Signatures.ML_DSA, "site-004", KEY.identity())).isEmpty();
  }

  @Test
  void eachRuleIsNamedWithTheParty() {
    assertThat(objection(new Origin(OTHER, D3, 4)))
        .contains(new Fault(Rule.SAME_ROUND, "site-004", "a message of another round"));
    assertThat(objection(new Origin(MANIFEST, D3, 5)))
        .contains(
            new Fault(
                Rule.MEMBER, "site-004", "a message that claims to be from member 4 instead of 5"));
    assertThat(objection(new Origin(MANIFEST, OTHER, 4)))
        .contains(
            new Fault(
                Rule.SAME_TRANSCRIPT,
                "site-004",
                "transcript %s instead of %s".formatted(D3.shortHex(), OTHER.shortHex())));
    assertThat(
            consent.objection(
                HERE, Signatures.ML_DSA, "site-004", IdentityKey.generate().identity()))
        .contains(new Fault(Rule.SIGNATURE, "site-004", "the signature does not hold (ml-dsa-65)"));
  }

  @Test
  void aSignatureOfAnotherStatementDoesNotHold() {
    Signed<ConsentStatement> moved =
        new Signed<>(new ConsentStatement(new Origin(MANIFEST, D3, 5)), consent.signature());
    assertThat(
            moved
                .objection(new Origin(MANIFEST, D3, 5), Signatures.ML_DSA, "x", KEY.identity())
                .map(Fault::rule))
        .contains(Rule.SIGNATURE);
  }

  /// Two signatures of one statement differ and say the same.
  @Test
  void aDigestIsOfWhatWasSaidNotOfTheSignature() {
    Signed<ConsentStatement> resigned =
        new Signed<>(consent.statement(), Bytes.of(new byte[3_309]));
    assertThat(resigned).isNotEqualTo(consent);
    assertThat(resigned.digest())
        .isEqualTo(consent.digest())
        .isEqualTo(Digest.of(new ConsentStatement(HERE).encoded()));
  }

  @Test
  void aComplaintIsToldFromAnUpload() throws Exception {
    Signed<ComplaintStatement> complaint =
        Signed.sign(new ComplaintStatement(HERE, 2, "no share"), Signatures.ML_DSA, KEY);
    assertThat(Signed.isComplaint(Suite.MAX_COHORT, complaint.encoded())).isTrue();
    assertThat(Signed.isComplaint(Suite.MAX_COHORT, consent.encoded())).isFalse();
    assertThatThrownBy(() -> Signed.isComplaint(Suite.MAX_COHORT, new byte[3]))
        .isInstanceOf(MalformedException.class);
  }

  /// Over a sparse graph of thousands a site that many drew confirms more pairs than a complete
  /// graph has.
  @Test
  void anUploadThatConfirmsManyPairsIsNoComplaint() throws Exception {
    int peers = 1_340;
    UploadStatement statement =
        new UploadStatement(
            HERE, Digest.ofText("root"), Collections.nCopies(peers, Digest.ofText("pair")));
    byte[] encoded = Signed.sign(statement, Signatures.ML_DSA, KEY).encoded();
    assertThat(Signed.isComplaint(Suite.MAX_SPARSE_COHORT, encoded)).isFalse();
    assertThatThrownBy(() -> Signed.isComplaint(Suite.MAX_COHORT, encoded))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aSignatureOfAnotherLengthDoesNotHoldAndATooLongOneIsMalformed() throws Exception {
    for (int length : new int[] {0, 3_308, 3_310, Signatures.MAX_BYTES}) {
      byte[] encoded = new Signed<>(consent.statement(), Bytes.of(new byte[length])).encoded();
      assertThat(
              Signed.decode(encoded, ConsentStatement::decode)
                  .objection(HERE, Signatures.ML_DSA, "site-004", KEY.identity())
                  .map(Fault::rule))
          .as("%d bytes", length)
          .contains(Rule.SIGNATURE);
    }
    byte[] tooLong =
        new Signed<>(consent.statement(), Bytes.of(new byte[Signatures.MAX_BYTES + 1])).encoded();
    assertThatThrownBy(() -> Signed.decode(tooLong, ConsentStatement::decode))
        .isInstanceOf(MalformedException.class);
  }

  /// Where a round signs by both schemes, one of them is not enough, and the other way round.
  @Test
  void bothSchemesMustHoldWhereBothAreWanted() throws Exception {
    Signatures both = Signatures.ML_DSA_AND_ED25519;
    Signed<ConsentStatement> signed = Signed.sign(consent.statement(), both, KEY);
    assertThat(signed.signature().length()).isLessThanOrEqualTo(Signatures.MAX_BYTES);
    assertThat(
            Signed.decode(signed.encoded(), ConsentStatement::decode)
                .objection(HERE, both, "x", KEY.identity()))
        .isEmpty();
    assertThat(signed.objection(HERE, Signatures.ML_DSA, "x", KEY.identity())).isPresent();
    assertThat(consent.objection(HERE, both, "x", KEY.identity())).isPresent();
    byte[] bent = signed.signature().toArray();
    bent[bent.length - 1] ^= 1; // in the Ed25519 half
    assertThat(
            new Signed<>(consent.statement(), Bytes.of(bent))
                .objection(HERE, both, "x", KEY.identity()))
        .isPresent();
  }

  /// A decoder that overlooked bytes would let two encodings stand for one statement.
  @Test
  void aStatementThatIsNotCanonicalIsMalformed() {
    byte[] statement = consent.statement().encoded();
    byte[] longer = Arrays.copyOf(statement, statement.length + 1);
    byte[] encoded =
        new FieldWriter(Suite.DOMAIN + "signed")
            .bytes(longer)
            .bytes(consent.signature().toArray())
            .toBytes();
    assertThatThrownBy(
            () -> Signed.decode(encoded, in -> ConsentStatement.decode(statement.clone())))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("canonical");
  }

  private Optional<Fault> objection(Origin expected) {
    return consent.objection(expected, Signatures.ML_DSA, "site-004", KEY.identity());
  }
}

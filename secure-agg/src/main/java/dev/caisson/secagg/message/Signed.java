package dev.caisson.secagg.message;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Signatures;
import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A statement under its sender's signature, by the schemes that the manifest names. Decoding
/// checks the form only; [#objection] checks the signature and where the statement belongs.
public final class Signed<S extends Statement> implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "signed";

  private final S statement;
  private final Bytes signature;

  /// The statement's encoding, made once: a coordinator hands the same statement to every member.
  /// Not kept where it carries what is to be wiped.
  private final byte @Nullable [] body;

  public Signed(S statement, Bytes signature) {
    this.statement = statement;
    this.signature = signature;
    this.body = statement instanceof AnswerStatement ? null : statement.encoded();
  }

  public S statement() {
    return statement;
  }

  public Bytes signature() {
    return signature;
  }

  private byte[] body() {
    return body == null ? statement.encoded() : body;
  }

  public static <S extends Statement> Signed<S> sign(
      S statement, Signatures signatures, IdentityKey key) {
    return new Signed<>(statement, signatures.sign(key, statement.encoded()));
  }

  @Override
  public byte[] encoded() {
    return new FieldWriter(DOMAIN).bytes(body()).bytes(signature.toArray()).toBytes();
  }

  /// How one kind of statement is read.
  @FunctionalInterface
  public interface Decoder<S> {
    S decode(byte[] encoded) throws MalformedException;
  }

  /// How one kind of statement is read within a cohort of some size.
  @FunctionalInterface
  public interface BoundedDecoder<S> {
    S decode(int cohort, byte[] encoded) throws MalformedException;
  }

  public static <S extends Statement> Signed<S> decode(byte[] encoded, Decoder<S> decoder)
      throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded, (_, body) -> decoder.decode(body));
  }

  /// The same where members are counted within a cohort of this many.
  public static <S extends Statement> Signed<S> decodeWithin(
      int cohort, byte[] encoded, BoundedDecoder<S> decoder) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    byte[] body = in.bytes(Limits.answer(cohort));
    Bytes signature = Bytes.of(in.bytes(Signatures.MAX_BYTES));
    in.end();
    Signed<S> signed = new Signed<>(decoder.decode(cohort, body), signature);
    if (!Arrays.equals(signed.body(), body)) {
      throw new MalformedException("a statement is not in its canonical form");
    }
    return signed;
  }

  /// Whether the bytes claim to hold a complaint, in a cohort of up to so many.
  public static boolean isComplaint(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    return FieldReader.domainOf(in.bytes(Limits.answer(cohort))).equals(ComplaintStatement.DOMAIN);
  }

  /// Identifies what was said, whatever the signature's randomness.
  public Digest digest() {
    return Digest.of(body());
  }

  /// The first rule that this message breaks as one of `expected` origin from `party`, if any.
  public Optional<Fault> objection(
      Origin expected, Signatures signatures, String party, Identity identity) {
    Origin origin = statement.origin();
    if (!origin.manifest().equals(expected.manifest())) {
      return fault(Rule.SAME_ROUND, party, "a message of another round");
    }
    if (origin.sender() != expected.sender()) {
      return fault(
          Rule.MEMBER,
          party,
          "a message that claims to be from member %d instead of %d"
              .formatted(origin.sender(), expected.sender()));
    }
    if (!origin.transcript().equals(expected.transcript())) {
      return fault(
          Rule.SAME_TRANSCRIPT,
          party,
          "transcript %s instead of %s"
              .formatted(origin.transcript().shortHex(), expected.transcript().shortHex()));
    }
    if (!signatures.verify(identity, body(), signature)) {
      return fault(
          Rule.SIGNATURE, party, "the signature does not hold (%s)".formatted(signatures.label()));
    }
    return Optional.empty();
  }

  private static Optional<Fault> fault(Rule rule, String party, String detail) {
    return Optional.of(new Fault(rule, party, detail));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signed<?> s
        && statement.equals(s.statement)
        && signature.equals(s.signature);
  }

  @Override
  public int hashCode() {
    return Objects.hash(statement, signature);
  }

  @Override
  public String toString() {
    return "Signed[%s, %s]".formatted(statement, signature);
  }
}

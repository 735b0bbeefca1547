package dev.caisson.secagg.journal;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;

/// A custodian's decision to let their site do what its journal forbids. Signed by the site's own
/// identity key, which lies in the custodian's hands; whoever holds that key can do it.
///
/// `at` (epoch milliseconds) tells two decisions of the same words apart.
public sealed interface Permit {
  /// The largest encoding of a signed permit.
  int MAX_BYTES = 16_384;

  String DOMAIN = Suite.DOMAIN + "permit";

  String site();

  String reason();

  long at();

  /// **Dangerous.** One more round may sum over a spent state, whatever the input and the
  /// survivors: the two sums can be subtracted, which may single out one site's vector.
  record AnswerAgain(String site, Digest scope, Digest state, String reason, long at)
      implements Permit {
    public AnswerAgain {
      check(reason);
    }
  }

  /// **Dangerous.** A halted site goes on, from a height above `height`. What it answered since its
  /// backup was made it no longer knows, and may answer again.
  record Resume(String site, long height, String reason, long at) implements Permit {
    public Resume {
      check(reason);
      if (height < 0 || height > Sighting.MAX_RESUMED) {
        throw new IllegalArgumentException(
            "a site goes on from a height of 0..2^48 - 2^40, got %d".formatted(height));
      }
    }
  }

  private static void check(String reason) {
    if (reason.isBlank() || reason.length() > 500) {
      throw new IllegalArgumentException("a reason has 1 to 500 characters");
    }
  }

  /// Names the decision, whatever the randomness of its signatures.
  default Digest digest() {
    return Digest.of(encoded());
  }

  private byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN);
    switch (this) {
      case AnswerAgain again ->
          out.text("answer-again").text(site()).digest(again.scope).digest(again.state);
      case Resume resume -> out.text("resume").text(site()).number(resume.height);
    }
    return out.text(reason()).number(at()).toBytes();
  }

  /// The bytes that a custodian's command leaves for the site's agent.
  default byte[] signed(IdentityKey key) {
    byte[] body = encoded();
    return new FieldWriter(DOMAIN + "/signed").bytes(body).bytes(key.sign(body)).toBytes();
  }

  /// Reads what [#signed] wrote, by this site's own key; anything else is refused.
  static Permit read(byte[] signed, String site, Identity key) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN + "/signed", signed);
    byte[] body = in.bytes(MAX_BYTES);
    Bytes signature = Bytes.of(in.bytes(MAX_BYTES));
    in.end();
    if (!key.verifies(body, signature.toArray())) {
      throw new MalformedException("a permit is not signed by this site's key");
    }
    Permit permit = decode(body);
    if (!permit.site().equals(site)) {
      throw new MalformedException("a permit is for site '%s'".formatted(permit.site()));
    }
    return permit;
  }

  private static Permit decode(byte[] body) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, body);
    String kind = in.text(20);
    String site = in.text(63);
    try {
      Permit permit =
          switch (kind) {
            case "answer-again" ->
                new AnswerAgain(site, in.digest(), in.digest(), in.text(2000), in.number());
            case "resume" -> new Resume(site, in.number(), in.text(2000), in.number());
            default -> throw new MalformedException("a permit of an unknown kind");
          };
      in.end();
      return permit;
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }
}

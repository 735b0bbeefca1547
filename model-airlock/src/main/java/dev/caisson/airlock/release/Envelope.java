package dev.caisson.airlock.release;

import dev.caisson.airlock.CanonicalJson;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// A DSSE envelope (secure-systems-lab/dsse, `envelope.md` and `protocol.md`, v1.0) with two
/// signatures over one payload: Ed25519, which today's tools verify, and ML-DSA-65, which outlives
/// it. Ours counts only if both hold.
record Envelope(String payload, String payloadType, List<Signature> signatures) {
  static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
  private static final String ED25519 = "ed25519:";
  private static final String ML_DSA = "ml-dsa-65:";

  record Signature(String keyid, String sig) {}

  Envelope {
    signatures = List.copyOf(signatures);
  }

  static Envelope sign(Statement statement, IdentityKey key) {
    byte[] body = CanonicalJson.write(statement);
    byte[] toSign = preAuthenticationEncoding(PAYLOAD_TYPE, body);
    String id = key.identity().fingerprint().hex();
    return new Envelope(
        Base64.getEncoder().encodeToString(body),
        PAYLOAD_TYPE,
        List.of(
            new Signature(ED25519 + id, base64(key.signEd25519(toSign))),
            new Signature(ML_DSA + id, base64(key.signMlDsa(toSign)))));
  }

  /// `DSSEv1 <len type> <type> <len body> <body>`.
  static byte[] preAuthenticationEncoding(String type, byte[] body) {
    byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        "DSSEv1 %s %s %s "
            .formatted(Integer.toString(typeBytes.length), type, Integer.toString(body.length))
            .getBytes(StandardCharsets.UTF_8));
    out.writeBytes(body);
    return out.toByteArray();
  }

  /// Whether both signatures are by this identity over this payload.
  boolean signedBy(Identity identity) {
    if (signatures.size() != 2 || !payloadType.equals(PAYLOAD_TYPE)) {
      return false;
    }
    try {
      byte[] signed = preAuthenticationEncoding(payloadType, body());
      Digest id = identity.fingerprint();
      return signatures.get(0).keyid().equals(ED25519 + id.hex())
          && signatures.get(1).keyid().equals(ML_DSA + id.hex())
          && identity.verifiesEd25519(signed, decode(signatures.get(0).sig()))
          && identity.verifiesMlDsa(signed, decode(signatures.get(1).sig()));
    } catch (MalformedException e) {
      return false; // not base64: no signature
    }
  }

  /// The statement that the payload spells.
  Statement statement() throws MalformedException {
    return CanonicalJson.read(body(), Statement.class);
  }

  private byte[] body() throws MalformedException {
    return decode(payload);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// Only the one spelling that the encoder gives.
  private static byte[] decode(String text) throws MalformedException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (!base64(bytes).equals(text)) {
        throw new MalformedException("base64 in another than its canonical spelling");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      throw new MalformedException("not base64", e);
    }
  }
}

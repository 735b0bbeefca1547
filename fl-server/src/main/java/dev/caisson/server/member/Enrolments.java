package dev.caisson.server.member;

import dev.caisson.protocol.enrol.Issuer;
import dev.caisson.protocol.enrol.Token;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.tls.SignedRequest;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives certificates: for a token, or for the certificate that a member has. A token is used up in
/// the transaction that keeps its certificate. The same request with the same token, before it
/// expires, gets the same certificate again, because a reply may be lost on the way.
public final class Enrolments {
  private static final Logger LOG = LoggerFactory.getLogger(Enrolments.class);
  private static final int MOST_A_DAY = 24;

  private final CoordinatorDatabase database;
  private final FederationAuthority authority;
  private final InstantSource clock;

  public Enrolments(
      CoordinatorDatabase database, FederationAuthority authority, InstantSource clock) {
    this.database = database;
    this.authority = authority;
    this.clock = clock;
  }

  public X509Certificate authority() {
    return authority.certificate();
  }

  /// The certificate for the key in `request`, with the name and role that the token was issued
  /// for.
  ///
  /// @param shown what the token shows
  /// @param request PKCS#10; only its key counts
  /// @param proof the identity's signature over [Token#statement]
  public X509Certificate enrol(byte[] shown, byte[] request, byte[] identity, byte[] proof)
      throws RefusedException {
    // who shows no token costs one look into the database, not signatures
    database.<TokenRow, RefusedException>read(sql -> valid(sql, shown));
    ECPublicKey key = key(request);
    Identity known = identity(identity);
    if (!known.verifies(Token.statement(shown, request, identity), proof)) {
      throw new RefusedException(
          "the identity's signature does not hold for this token and this request");
    }
    Digest asked = Digest.of(Digest.of(request).bytes(), known.fingerprint().bytes());
    return database.<X509Certificate, RefusedException>inTransaction(
        sql -> {
          TokenRow token = valid(sql, shown);
          if (token.use().isEmpty()) {
            return admit(sql, token, known, key, asked);
          }
          if (!asked.equals(token.use().get().request())) {
            throw new WrongTokenException();
          }
          return token.use().get().certificate();
        });
  }

  private TokenRow valid(Handle sql, byte[] shown) throws WrongTokenException {
    if (shown.length != Token.SHOWN_BYTES) {
      throw new WrongTokenException();
    }
    Optional<TokenRow> found = TokenRecords.find(sql, Token.handle(shown));
    // the hash is of 192 random bits; it is compared in constant time, found or not
    byte[] expected = found.map(token -> token.hash().bytes()).orElseGet(() -> new byte[32]);
    boolean holds = MessageDigest.isEqual(expected, Token.hash(shown).bytes());
    if (!holds || found.isEmpty() || !clock.instant().isBefore(found.get().expires())) {
      throw new WrongTokenException();
    }
    return found.get();
  }

  private X509Certificate admit(
      Handle sql, TokenRow token, Identity identity, ECPublicKey key, Digest asked)
      throws RefusedException {
    Instant now = clock.instant();
    Caller caller = token.caller();
    Optional<Member> current = MemberRecords.current(sql, caller.name());
    Digest fingerprint = identity.fingerprint();
    if (Admission.replaces(token, current, fingerprint, MemberRecords.isKnown(sql, fingerprint))) {
      MemberRecords.end(sql, caller.name(), "another identity took its place", now);
      CertificateRecords.revoke(sql, caller.name(), "another identity took its place", now);
      current = Optional.empty();
    }
    if (current.isEmpty()) {
      MemberRecords.add(sql, caller, identity, now);
    }
    X509Certificate certificate = authority.certify(caller, key);
    CertificateRecords.add(sql, caller.name(), certificate, now);
    TokenRecords.used(sql, token.handle(), new TokenRow.Use(asked, certificate));
    LOG.info("{} is enrolled, identity {}", caller, fingerprint.shortHex());
    return certificate;
  }

  /// Another certificate for a member who shows a good one: the same name and role, a fresh key.
  ///
  /// @param serial of the certificate that was shown
  public X509Certificate renew(Caller caller, BigInteger serial, byte[] request)
      throws RefusedException {
    if (caller.role() == Role.COORDINATOR) {
      throw new RefusedException("the coordinator renews its certificate at home");
    }
    ECPublicKey key = key(request);
    Instant now = clock.instant();
    return database.<X509Certificate, RefusedException>inTransaction(
        sql -> {
          if (CertificateRecords.revoked(sql).isRevoked(serial, caller)) {
            throw new RefusedException("this certificate has been revoked");
          }
          Instant yesterday = now.minus(Duration.ofDays(1));
          if (CertificateRecords.issuedSince(sql, caller.name(), yesterday) >= MOST_A_DAY) {
            throw new RefusedException(
                "'%s' has had %d certificates within a day".formatted(caller.name(), MOST_A_DAY));
          }
          CertificateRecords.forgetEnded(sql, now);
          X509Certificate certificate = authority.certify(caller, key);
          CertificateRecords.add(sql, caller.name(), certificate, now);
          LOG.info("the certificate of {} is renewed", caller);
          return certificate;
        });
  }

  /// How the coordinator itself gets another certificate.
  public Issuer ownIssuer(Caller self) {
    return request -> {
      try {
        return authority.certify(self, SignedRequest.read(request).key());
      } catch (InvalidKeyException e) {
        throw new IOException("our own request is refused: " + e.getMessage(), e);
      }
    };
  }

  private static ECPublicKey key(byte[] request) throws RefusedException {
    try {
      return SignedRequest.read(request).key();
    } catch (InvalidKeyException e) {
      throw new RefusedException(String.valueOf(e.getMessage()));
    }
  }

  private static Identity identity(byte[] encoded) throws RefusedException {
    try {
      return Identity.decode(encoded);
    } catch (MalformedException e) {
      throw new RefusedException("what was sent is no identity key: " + e.getMessage());
    }
  }
}

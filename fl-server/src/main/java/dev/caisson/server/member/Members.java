package dev.caisson.server.member;

import dev.caisson.protocol.enrol.Token;
import dev.caisson.protocol.grpc.RevocationList;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The list of members: who may enrol, who is enrolled, who is out. Each change is one transaction,
/// so the commands `coordinator token` and `revoke` work beside a running coordinator. Certificates
/// are [Enrolments]'s.
public final class Members {
  /// The name that no member may have.
  public static final String COORDINATOR = "coordinator";

  private static final Logger LOG = LoggerFactory.getLogger(Members.class);
  private static final Duration SHORTEST_TOKEN = Duration.ofHours(1);
  private static final Duration LONGEST_TOKEN = Duration.ofDays(30);
  private static final int MAX_REASON = 500;

  private final CoordinatorDatabase database;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  public Members(CoordinatorDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /// A token as it is handed over.
  public record Issued(Token token, Instant expires) {}

  /// A token with which its holder enrols as `caller` within `valid`. An earlier one for the same
  /// name gives no right from now on.
  ///
  /// @param authority the digest of the certificate that the token pins
  public Issued issueToken(Caller caller, Duration valid, EnrolledAlready already, Digest authority)
      throws RefusedException {
    refuseCoordinator(caller.name());
    if (caller.role() == Role.COORDINATOR) {
      throw new RefusedException("a federation has one coordinator, made by 'coordinator init'");
    }
    if (valid.compareTo(SHORTEST_TOKEN) < 0 || valid.compareTo(LONGEST_TOKEN) > 0) {
      throw new RefusedException("a token is valid for 1 to 720 hours");
    }
    Token token = Token.fresh(random, authority);
    Instant now = clock.instant();
    Instant expires = Instant.ofEpochSecond(now.plus(valid).getEpochSecond());
    database.<RefusedException>useTransaction(
        sql -> {
          Admission.mayHaveToken(caller, MemberRecords.current(sql, caller.name()), already);
          TokenRecords.forgetExpired(sql, now);
          TokenRecords.put(
              sql,
              new TokenRow(
                  Token.handle(token.shown()),
                  Token.hash(token.shown()),
                  caller,
                  already,
                  expires,
                  Optional.empty()));
        });
    LOG.info("a token for {} was issued, good until {}", caller, expires);
    return new Issued(token, expires);
  }

  /// Voids every certificate of a name, and its token; gives how many certificates that this
  /// coordinator issued were good until now. The identity never comes back; the name may, by a new
  /// token.
  public int revoke(String name, String reason) throws RefusedException {
    refuseCoordinator(name);
    if (reason.length() > MAX_REASON || reason.chars().anyMatch(Character::isISOControl)) {
      throw new RefusedException(
          "a reason is one line of at most %d characters".formatted(MAX_REASON));
    }
    Instant now = clock.instant();
    int certificates =
        database.<Integer, RuntimeException>inTransaction(
            sql -> {
              TokenRecords.forget(sql, name);
              MemberRecords.end(sql, name, reason, now);
              return CertificateRecords.revoke(sql, name, reason, now);
            });
    LOG.info("'{}' is revoked: {}", name, reason.isEmpty() ? "no reason given" : reason);
    return certificates;
  }

  /// Everybody who is or was enrolled, by name.
  public List<Member> list() {
    return database.<List<Member>, RuntimeException>inTransaction(MemberRecords::all);
  }

  /// The identities of those who are enrolled with this role, by name.
  public SortedMap<String, Identity> identities(Role role) {
    return database.<SortedMap<String, Identity>, RuntimeException>inTransaction(
        sql -> MemberRecords.identities(sql, role));
  }

  /// What is revoked now.
  public RevocationList revoked() {
    return database.<RevocationList, RuntimeException>read(CertificateRecords::revoked);
  }

  private static void refuseCoordinator(String name) throws RefusedException {
    if (name.equals(COORDINATOR)) {
      throw new RefusedException("'coordinator' is the coordinator's own name");
    }
  }
}

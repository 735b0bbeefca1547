package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.protobuf.ByteString;
import dev.caisson.protocol.enrol.Token;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.CertificateRequest;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.EnrolReply;
import dev.caisson.protocol.wire.EnrolRequest;
import dev.caisson.protocol.wire.EnrolmentGrpc;
import dev.caisson.protocol.wire.RenewRequest;
import dev.caisson.protocol.wire.RosterRequest;
import dev.caisson.server.member.EnrolledAlready;
import dev.caisson.server.member.RefusedException;
import dev.caisson.trust.IdentityKey;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tokens against certificates over real TLS, by those who should have them and those who should
/// not.
@Timeout(120)
final class EnrolmentTest {
  @TempDir Path folder;
  private EnrolledFederation federation;

  @BeforeEach
  void start() throws Exception {
    federation = new EnrolledFederation(folder);
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  @Test
  void aTokenBecomesACertificateWithTheTokensNameAndRole() throws Exception {
    KeyFiles keys = federation.enrol("site-a", Role.SITE);
    assertThat(keys.self()).isEqualTo(new Caller("site-a", Role.SITE));
    assertThat(KeyFiles.load(federation.home("site-a")).certificate())
        .isEqualTo(keys.certificate());
    try (Stream<Path> files = Files.list(federation.home("site-a"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("tls.pem", "federation-ca.crt", "identity.key");
    }
    assertThat(
            EnrolmentGrpc.newBlockingStub(federation.dial(keys))
                .roster(RosterRequest.getDefaultInstance())
                .getMembersList())
        .singleElement()
        .satisfies(
            member -> {
              assertThat(member.getName()).isEqualTo("site-a");
              assertThat(member.getIdentity().toByteArray())
                  .isEqualTo(keys.identity().identity().encoded());
            });
  }

  @Test
  void aLostReplyLocksNobodyOut() throws Exception {
    Token token = federation.token("site-a", Role.SITE);
    IdentityKey identity = IdentityKey.generate();
    CertificateRequest request = CertificateRequest.fresh();
    EnrolReply first = enrol(request(token, request.encoded(), identity));
    EnrolReply again = enrol(request(token, request.encoded(), identity));
    assertThat(again.getCertificate()).isEqualTo(first.getCertificate());
    assertThat(federation.members.list()).hasSize(1);
  }

  /// Killed while the rest of the home is written: the token is used up, the certificate is lost.
  @Test
  void aUsedTokenGivesNothingToAnotherKeyOrIdentity() throws Exception {
    Token token = federation.token("site-a", Role.SITE);
    IdentityKey identity = IdentityKey.generate();
    byte[] request = CertificateRequest.fresh().encoded();
    enrol(request(token, request, identity));
    assertWrong(request(token, CertificateRequest.fresh().encoded(), identity));
    assertWrong(request(token, request, IdentityKey.generate()));
  }

  @Test
  void aTokenEndsWithItsTime() throws Exception {
    InstantSource yesterday = InstantSource.fixed(Instant.now().minus(Duration.ofHours(25)));
    Token token =
        federation
            .members(yesterday)
            .issueToken(
                new Caller("site-a", Role.SITE),
                Duration.ofHours(24),
                EnrolledAlready.REFUSE,
                federation.authority())
            .token();
    assertWrong(request(token, CertificateRequest.fresh().encoded(), IdentityKey.generate()));
  }

  @Test
  void aSecondTokenForANameReplacesTheFirst() throws Exception {
    Token first = federation.token("site-a", Role.SITE);
    Token second = federation.token("site-a", Role.SITE);
    assertWrong(request(first, CertificateRequest.fresh().encoded(), IdentityKey.generate()));
    federation.enrol(federation.home("site-a"), second, Role.SITE);
  }

  @Test
  void aMadeUpTokenGetsTheSameAnswerAsAUsedOne() throws Exception {
    federation.enrol("site-a", Role.SITE);
    Token made = Token.fresh(new SecureRandom(), federation.authority());
    assertWrong(request(made, CertificateRequest.fresh().encoded(), IdentityKey.generate()));
  }

  @Test
  void aTokenOfAnotherRoleIsRefusedByTheCommandAndStillGoodForTheRightOne() throws Exception {
    Token token = federation.token("ann", Role.RESEARCHER);
    Path home = federation.home("ann");
    assertThatIOException()
        .isThrownBy(() -> federation.enrol(home, token, Role.SITE))
        .withMessageContaining("the token is a researcher's");
    assertThat(home.resolve("tls.pem")).doesNotExist();
    assertThat(federation.enrol(home, token, Role.RESEARCHER).self().name()).isEqualTo("ann");
  }

  /// Whoever answers at the address has a coordinator's certificate, of another authority.
  @Test
  void aServerOfAnotherAuthorityIsShownNoToken() throws Exception {
    Token token = federation.token("site-a", Role.SITE);
    try (EnrolledFederation middle = new EnrolledFederation(folder.resolve("middle"))) {
      assertThatIOException()
          .isThrownBy(() -> middle.enrol(federation.home("site-a"), token, Role.SITE))
          .withMessageContaining("not of the authority that the token names");
    }
    federation.enrol(federation.home("site-a"), token, Role.SITE);
  }

  @Test
  void aProofIsForOneRequestOneTokenAndOneIdentity() throws Exception {
    Token token = federation.token("site-a", Role.SITE);
    Token other = federation.token("site-b", Role.SITE);
    IdentityKey identity = IdentityKey.generate();
    EnrolRequest good = request(token, CertificateRequest.fresh().encoded(), identity);
    ByteString another = ByteString.copyFrom(CertificateRequest.fresh().encoded());
    ByteString shown = ByteString.copyFrom(other.shown());
    ByteString someone = ByteString.copyFrom(IdentityKey.generate().identity().encoded());
    for (EnrolRequest bent :
        new EnrolRequest[] {
          good.toBuilder().setCertificateRequest(another).build(),
          good.toBuilder().setToken(shown).build(),
          good.toBuilder().setIdentity(someone).build()
        }) {
      assertRefused(bent, Status.Code.FAILED_PRECONDITION, "signature does not hold");
    }
    enrol(good);
  }

  @Test
  void onlyP256KeysGetACertificate() throws Exception {
    Token token = federation.token("site-a", Role.SITE);
    for (String[] kind :
        new String[][] {
          {"RSA", "2048", "SHA256withRSA"}, {"EC", "384", "SHA256withECDSA"}, {"Ed25519", "255", ""}
        }) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind[0]);
      generator.initialize(Integer.parseInt(kind[1]));
      KeyPair pair = generator.generateKeyPair();
      byte[] request =
          new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=x"), pair.getPublic())
              .build(
                  new JcaContentSignerBuilder(kind[2].isEmpty() ? kind[0] : kind[2])
                      .build(pair.getPrivate()))
              .getEncoded();
      assertRefused(
          request(token, request, IdentityKey.generate()),
          Status.Code.FAILED_PRECONDITION,
          "only P-256 keys");
    }
    byte[] bent = CertificateRequest.fresh().encoded();
    bent[bent.length - 1] ^= 1;
    assertRefused(
        request(token, bent, IdentityKey.generate()), Status.Code.FAILED_PRECONDITION, "request");
    federation.enrol(federation.home("site-a"), token, Role.SITE);
  }

  @Test
  void theSubjectInARequestIsIgnored() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    byte[] request =
        new JcaPKCS10CertificationRequestBuilder(
                new X500Principal("CN=coordinator, OU=coordinator"), pair.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
            .getEncoded();
    EnrolReply reply =
        enrol(request(federation.token("ann", Role.AUDITOR), request, IdentityKey.generate()));
    assertThat(Caller.of(Certificates.read(reply.getCertificate().toByteArray())))
        .contains(new Caller("ann", Role.AUDITOR));
  }

  @Test
  void oversizedRequestsAreRefusedUnread() throws Exception {
    ByteString large = ByteString.copyFrom(new byte[20_000]);
    assertThat(code(EnrolRequest.newBuilder().setToken(large).build()))
        .isNotEqualTo(Status.Code.OK);
    Token token = federation.token("site-a", Role.SITE);
    EnrolRequest good =
        request(token, CertificateRequest.fresh().encoded(), IdentityKey.generate());
    assertRefused(
        good.toBuilder().setCertificateRequest(ByteString.copyFrom(new byte[2049])).build(),
        Status.Code.FAILED_PRECONDITION,
        "at most 2048 bytes");
    enrol(good);
  }

  @Test
  void aNameThatIsEnrolledIsNotGivenAway() throws Exception {
    KeyFiles site = federation.enrol("site-a", Role.SITE);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> federation.token("site-a", Role.SITE))
        .withMessageContaining("enrolled already");
    Token same = federation.token("site-a", Role.SITE, EnrolledAlready.SAME_IDENTITY);
    assertRefused(
        request(same, CertificateRequest.fresh().encoded(), IdentityKey.generate()),
        Status.Code.FAILED_PRECONDITION,
        "for the identity that is enrolled already");
    enrol(request(same, CertificateRequest.fresh().encoded(), site.identity()));
    Token renew = federation.token("site-a", Role.SITE, EnrolledAlready.RENEW_IDENTITY);
    KeyFiles fresh = federation.enrol(federation.home("fresh"), renew, Role.SITE);
    assertThat(federation.members.identities(Role.SITE).get("site-a"))
        .isEqualTo(fresh.identity().identity());
    assertThat(federation.members.revoked().isRevoked(serial(site), site.self())).isTrue();
    assertThat(federation.members.revoked().isRevoked(serial(fresh), fresh.self())).isFalse();
  }

  @Test
  void aRevokedIdentityNeverComesBackButItsNameMay() throws Exception {
    KeyFiles site = federation.enrol("site-a", Role.SITE);
    federation.members.revoke("site-a", "lost laptop");
    Token token = federation.token("site-a", Role.SITE);
    assertRefused(
        request(token, CertificateRequest.fresh().encoded(), site.identity()),
        Status.Code.FAILED_PRECONDITION,
        "this identity was enrolled before");
    KeyFiles fresh = federation.enrol(federation.home("fresh"), token, Role.SITE);
    assertThat(federation.members.revoked().isRevoked(serial(fresh), fresh.self())).isFalse();
  }

  @Test
  void whoRenewsKeepsNameAndRole() throws Exception {
    KeyFiles site = federation.enrol("site-a", Role.SITE);
    byte[] request = CertificateRequest.fresh().encoded();
    var renewed =
        Certificates.read(
            EnrolmentGrpc.newBlockingStub(federation.dial(site))
                .renew(
                    RenewRequest.newBuilder()
                        .setCertificateRequest(ByteString.copyFrom(request))
                        .build())
                .getCertificate()
                .toByteArray());
    assertThat(Caller.of(renewed)).contains(site.self());
    assertThat(renewed.getSerialNumber()).isNotEqualTo(serial(site));
  }

  private static BigInteger serial(KeyFiles keys) {
    return keys.certificate().getSerialNumber();
  }

  private static EnrolRequest request(Token token, byte[] request, IdentityKey identity) {
    byte[] encoded = identity.identity().encoded();
    return EnrolRequest.newBuilder()
        .setToken(ByteString.copyFrom(token.shown()))
        .setCertificateRequest(ByteString.copyFrom(request))
        .setIdentity(ByteString.copyFrom(encoded))
        .setProof(
            ByteString.copyFrom(identity.sign(Token.statement(token.shown(), request, encoded))))
        .build();
  }

  private EnrolReply enrol(EnrolRequest request) throws Exception {
    return EnrolmentGrpc.newBlockingStub(federation.stranger())
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .enrol(request);
  }

  private Status.Code code(EnrolRequest request) throws Exception {
    try {
      enrol(request);
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private void assertWrong(EnrolRequest request) {
    assertRefused(request, Status.Code.PERMISSION_DENIED, "this token is not valid: mistyped");
  }

  private void assertRefused(EnrolRequest request, Status.Code code, String why) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> enrol(request))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .withMessageContaining(why);
  }
}

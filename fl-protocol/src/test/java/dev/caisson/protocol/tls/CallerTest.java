package dev.caisson.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CallerTest {
  @ParameterizedTest
  @EnumSource(Role.class)
  void isReadBackFromTheCertificateThatWasIssued(Role role) {
    FederationAuthority authority =
        new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
    Caller caller = new Caller("someone-1", role);
    assertThat(Caller.of(authority.issue(caller).certificate())).contains(caller);
    assertThat(Role.ofLabel(role.label())).contains(role);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=a",
        "OU=site",
        "O=site, CN=a",
        "CN=a, OU=site, OU=researcher",
        "CN=a, OU=site, OU=site",
        "CN=a, CN=b, OU=site",
        "CN=a+OU=site",
        "CN=a, OU=SITE",
        "CN=a, OU=operator",
        "CN=a, OU=",
        "CN=A, OU=site",
        "CN=a b, OU=site",
        "CN=../a, OU=site",
        "CN=-a, OU=site",
        "CN=a\\,OU\\=coordinator, OU=operator",
      })
  void aCertificateWithAnOddSubjectIsNobody(String subject) throws Exception {
    assertThat(Caller.of(selfSigned(subject))).isEmpty();
  }

  @Test
  void aNameHas63CharactersAtMost() throws Exception {
    assertThat(Caller.of(selfSigned("CN=" + "a".repeat(63) + ", OU=site"))).isPresent();
    assertThat(Caller.of(selfSigned("CN=" + "a".repeat(64) + ", OU=site"))).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new Caller("a".repeat(64), Role.SITE));
    assertThatIllegalArgumentException().isThrownBy(() -> new Caller("", Role.SITE));
  }

  @Test
  void theAuthorityItselfHasNoRole() {
    FederationAuthority authority =
        new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
    assertThat(Caller.of(authority.certificate())).isEmpty();
  }

  @Test
  void onlyServersGetAServersCertificate() throws Exception {
    FederationAuthority authority =
        new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
    for (Role role : Role.values()) {
      X509Certificate certificate = authority.issue(new Caller("x", role)).certificate();
      boolean server = role == Role.COORDINATOR || role == Role.AIRLOCK;
      // 1.3.6.1.5.5.7.3.1 is id-kp-serverAuth (RFC 5280, 4.2.1.12)
      assertThat(certificate.getExtendedKeyUsage().contains("1.3.6.1.5.5.7.3.1"))
          .as(role.label())
          .isEqualTo(server);
      assertThat(certificate.getSubjectAlternativeNames() != null).isEqualTo(server);
      assertThat(certificate.getBasicConstraints()).as("not an authority itself").isEqualTo(-1);
      certificate.verify(authority.certificate().getPublicKey());
    }
  }

  private static X509Certificate selfSigned(String subject) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    Instant now = Instant.now();
    X500Name name = new X500Name(subject);
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(now.minusSeconds(60)),
                    Date.from(now.plusSeconds(60)),
                    name,
                    pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }
}

package dev.caisson.protocol.grpc;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trusts servers whose certificate the federation's authority issued, and nobody else: the JDK's
/// own judgement, with better words. Where another issuer's certificate came, something between
/// here and the server has opened TLS (an inspecting proxy), or another server listens there; the
/// error names that certificate and says whom to ask.
final class AuthorityTrust extends X509ExtendedTrustManager {
  private static final int MAX_NAME = 200;

  private final X509ExtendedTrustManager judge;
  private final X509Certificate authority;

  private AuthorityTrust(X509ExtendedTrustManager judge, X509Certificate authority) {
    this.judge = judge;
    this.authority = authority;
  }

  static AuthorityTrust of(X509Certificate authority) {
    try {
      KeyStore only = KeyStore.getInstance(KeyStore.getDefaultType());
      only.load(null, null);
      only.setCertificateEntry("federation", authority);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(only);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return new AuthorityTrust(extended, authority);
        }
      }
      throw new IllegalStateException("every JDK has a trust manager for X.509");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("an empty key store takes a certificate", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    try {
      judge.checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      throw inWords(chain, e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      judge.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw inWords(chain, e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    try {
      judge.checkServerTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      throw inWords(chain, e);
    }
  }

  private CertificateException inWords(X509Certificate[] chain, CertificateException why) {
    if (chain.length == 0 || isOurs(chain[0])) {
      return why;
    }
    // Without a cause: the last of a chain of causes is what people are shown.
    return new CertificateException(
        "the certificate that came is not of this federation: it is for '%s', issued by '%s';"
                .formatted(
                    plain(chain[0].getSubjectX500Principal().getName()),
                    plain(chain[0].getIssuerX500Principal().getName()))
            + " either another server listens there, or something in between opens TLS, as"
            + " inspecting proxies do; ask the network's people to let this connection through"
            + " without TLS inspection");
  }

  private boolean isOurs(X509Certificate certificate) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /// A stranger's words, short and of one line.
  private static String plain(String text) {
    String line = text.replaceAll("[^\\p{Print}]", "?").replace('\'', '?');
    return line.length() <= MAX_NAME ? line : line.substring(0, MAX_NAME) + "...";
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this end of a connection takes no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }
}

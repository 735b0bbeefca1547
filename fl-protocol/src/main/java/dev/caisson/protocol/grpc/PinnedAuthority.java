package dev.caisson.protocol.grpc;

import dev.caisson.trust.Digest;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trusts a server whose chain ends in the one authority certificate with this digest, and that has
/// a certificate of it for the name that was asked for. For a first contact, where the authority's
/// certificate is not known yet but its digest came with the token.
final class PinnedAuthority extends X509ExtendedTrustManager {
  private final Digest pin;

  PinnedAuthority(Digest pin) {
    this.pin = pin;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    X509Certificate authority = chain[chain.length - 1];
    if (chain.length < 2 || !Digest.of(authority.getEncoded()).equals(pin)) {
      throw new CertificateException(
          "the server's certificate is not of the authority that the token names: this is another"
              + " server, or something between opens the connection");
    }
    trusting(authority).checkServerTrusted(chain, authType, engine);
  }

  /// The JDK's own rules with this authority alone.
  private static X509ExtendedTrustManager trusting(X509Certificate authority)
      throws CertificateException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("authority", authority);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateException("this authority's certificate cannot be trusted", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are served");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only engines are served");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}

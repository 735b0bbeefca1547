package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Credentials;
import dev.caisson.protocol.tls.KeyFiles;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Gives each handshake the keys of the moment. TLS asks for key and certificate in two steps: both
/// are of the set that the handshake began with, even when a renewal comes between.
final class LiveKeys extends X509ExtendedKeyManager {
  private final Credentials credentials;
  private KeyFiles latest;
  private KeyFiles before;

  LiveKeys(Credentials credentials) {
    this.credentials = credentials;
    this.latest = credentials.now();
    this.before = latest;
  }

  private synchronized String alias() {
    KeyFiles now = credentials.now();
    if (!alias(now).equals(alias(latest))) {
      before = latest;
      latest = now;
    }
    return alias(latest);
  }

  private static String alias(KeyFiles keys) {
    return keys.certificate().getSerialNumber().toString(16);
  }

  private synchronized @Nullable KeyFiles named(String alias) {
    if (alias.equals(alias(latest))) {
      return latest;
    }
    return alias.equals(alias(before)) ? before : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    KeyFiles keys = named(alias);
    return keys == null ? null : new X509Certificate[] {keys.certificate(), keys.authority()};
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    KeyFiles keys = named(alias);
    return keys == null ? null : keys.tlsKey();
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return keyType.equals("EC") ? alias() : null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    for (String type : keyTypes) {
      if (type.equals("EC")) {
        return alias();
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {alias()};
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {alias()};
  }
}

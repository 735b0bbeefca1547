package dev.caisson.protocol.enrol;

import java.io.IOException;
import java.security.cert.X509Certificate;

/// Who gives a member another certificate for a fresh key: the coordinator over the wire, or, for
/// the coordinator itself, its own authority.
@FunctionalInterface
public interface Issuer {
  /// @param request PKCS#10
  X509Certificate renew(byte[] request) throws IOException;
}

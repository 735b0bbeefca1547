package dev.caisson.protocol.tls;

import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// Who is on the other end of a connection, as its certificate says.
public record Caller(String name, Role role) {
  public Caller {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException(
          "a name is 1 to 63 of a-z, 0-9 and '-', got '%s'".formatted(name));
    }
  }

  /// Reads name (CN) and role (OU) of a verified certificate; empty if either is missing, repeated
  /// or unknown.
  public static Optional<Caller> of(X509Certificate certificate) {
    try {
      String name = null;
      String unit = null;
      for (Rdn part :
          new LdapName(certificate.getSubjectX500Principal().getName("RFC2253")).getRdns()) {
        if (part.size() != 1) {
          return Optional.empty();
        }
        String value = String.valueOf(part.getValue());
        if (part.getType().equalsIgnoreCase("CN")) {
          if (name != null) {
            return Optional.empty();
          }
          name = value;
        } else if (part.getType().equalsIgnoreCase("OU")) {
          if (unit != null) {
            return Optional.empty();
          }
          unit = value;
        }
      }
      if (name == null || unit == null || !name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
        return Optional.empty();
      }
      String who = name;
      return Role.ofLabel(unit).map(role -> new Caller(who, role));
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return role.label() + " '" + name + "'";
  }
}

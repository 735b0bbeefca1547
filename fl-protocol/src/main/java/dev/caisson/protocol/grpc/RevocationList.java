package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Caller;
import java.math.BigInteger;
import java.util.Set;

/// What a coordinator knew of revoked certificates at one moment.
///
/// A certificate that the coordinator issued is void when its own serial number is; one that it
/// does not know (of an authority that also issued by hand) when its holder's name was ever
/// revoked.
///
/// @param serials revoked ones
/// @param names that were revoked once
/// @param good serial numbers that were issued to those names and not revoked
public record RevocationList(Set<BigInteger> serials, Set<String> names, Set<BigInteger> good)
    implements Revocations {
  /// Nothing is revoked.
  public static final RevocationList EMPTY = new RevocationList(Set.of(), Set.of(), Set.of());

  public RevocationList {
    serials = Set.copyOf(serials);
    names = Set.copyOf(names);
    good = Set.copyOf(good);
  }

  @Override
  public boolean isRevoked(BigInteger serial, Caller caller) {
    return serials.contains(serial) || (names.contains(caller.name()) && !good.contains(serial));
  }
}

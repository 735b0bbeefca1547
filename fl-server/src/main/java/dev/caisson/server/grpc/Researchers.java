package dev.caisson.server.grpc;

import dev.caisson.trust.Identity;
import java.util.Optional;

/// By which identities researchers are enrolled.
@FunctionalInterface
public interface Researchers {
  /// Empty for one whose certificate was made elsewhere.
  Optional<Identity> known(String name);
}

package dev.caisson.server.round;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Hears over whom a round is about to be summed, before any site can answer. What it must remember
/// is on disk when it returns; where it fails or objects, the round ends and no site has answered.
@FunctionalInterface
public interface Pin {
  /// Gives a reason where the sum must not be asked for.
  ///
  /// @param survivors the members of U3, in name order
  Optional<String> beforeAnswers(List<String> survivors) throws IOException;
}

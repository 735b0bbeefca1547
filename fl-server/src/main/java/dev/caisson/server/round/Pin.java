package dev.caisson.server.round;

import java.io.IOException;
import java.util.List;

/// Hears over whom a round is about to be summed, before any site can answer. What it must remember
/// is on disk when it returns; where it fails, the round ends and no site has answered.
@FunctionalInterface
public interface Pin {
  /// @param survivors the members of U3, in name order
  void beforeAnswers(List<String> survivors) throws IOException;
}

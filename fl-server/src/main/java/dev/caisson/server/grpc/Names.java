package dev.caisson.server.grpc;

import io.grpc.Status;
import java.util.Optional;

/// Names of studies and rounds as sites send them. All that the coordinator gives are of this form,
/// so others need not be kept, looked up or written anywhere.
final class Names {
  private static final int LONGEST = 100;

  private Names() {}

  /// What is wrong with one of these, if something is.
  static Optional<Status> objection(String... names) {
    for (String name : names) {
      if (!isSound(name)) {
        return Optional.of(
            Status.INVALID_ARGUMENT.withDescription(
                "names of studies and rounds have 1 to %d of a-z, 0-9 and '-'".formatted(LONGEST)));
      }
    }
    return Optional.empty();
  }

  private static boolean isSound(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST
        && name.chars().allMatch(c -> c == '-' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
  }
}

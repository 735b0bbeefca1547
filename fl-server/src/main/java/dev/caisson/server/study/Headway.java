package dev.caisson.server.study;

import dev.caisson.secagg.message.Succession;
import dev.caisson.trust.Digest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// How far a study has come: what its next round starts from.
///
/// @param head the state
/// @param succession the round and sum that gave it, unless it is the plan's first
/// @param roundsDone completed rounds of training
/// @param attempts rounds begun, whatever became of them
record Headway(Digest head, Optional<Succession> succession, int roundsDone, long attempts) {

  /// What its sites may have to fetch to go on.
  Set<Digest> content() {
    Set<Digest> content = new HashSet<>(Set.of(head));
    succession.ifPresent(
        from -> {
          content.add(from.previous().model());
          content.add(from.sum());
        });
    return content;
  }

  Headway attempted() {
    return new Headway(head, succession, roundsDone, attempts + 1);
  }

  Headway trained(Digest next, Succession from) {
    return new Headway(next, Optional.of(from), roundsDone + 1, attempts);
  }
}

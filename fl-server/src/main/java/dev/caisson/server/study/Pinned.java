package dev.caisson.server.study;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.trust.Digest;
import java.util.List;

/// A sum that sites may have opened already: they answer for this state again only where the sum is
/// the same, so it is asked of exactly these sites until it is there.
record Pinned(Purpose purpose, Digest state, List<String> sites) {
  Pinned {
    sites = List.copyOf(sites);
  }
}

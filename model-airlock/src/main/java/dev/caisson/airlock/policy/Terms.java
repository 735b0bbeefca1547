package dev.caisson.airlock.policy;

import java.util.Map;

/// What a policy says of one destination: whether models may go there at all, and which limits are
/// stricter there than elsewhere.
public record Terms(boolean allowed, Source source, Map<Limit, Sourced> stricter) {
  public Terms {
    stricter = Map.copyOf(stricter);
  }
}

package dev.caisson.protocol.grpc;

import java.util.HashMap;
import java.util.Map;

/// How many calls without a certificate may be open: [#MOST], of one origin [#MOST_OF_ONE]. So one
/// origin alone keeps nobody else out; who has very many addresses does, while their calls last.
/// Thread-safe.
final class Strangers {
  static final int MOST = 128;
  static final int MOST_OF_ONE = 8;

  private final Map<Origin, Integer> inside = new HashMap<>();
  private int all;

  /// Lets one in, who must leave again; false if it is too many.
  synchronized boolean enter(Origin origin) {
    int there = inside.getOrDefault(origin, 0);
    if (there >= MOST_OF_ONE || all >= MOST) {
      return false;
    }
    inside.put(origin, there + 1);
    all++;
    return true;
  }

  synchronized void leave(Origin origin) {
    inside.computeIfPresent(origin, (_, there) -> there == 1 ? null : there - 1);
    all--;
  }
}

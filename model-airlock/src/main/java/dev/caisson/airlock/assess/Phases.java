package dev.caisson.airlock.assess;

import java.util.HashMap;
import java.util.Map;

/// What an assessment is doing, for somebody who waits, and how long each thing took.
public final class Phases {
  /// Is told what begins.
  @FunctionalInterface
  public interface Listener {
    /// @param number of this phase, from 1; assessments have at most [#MOST]
    void begins(int number, String what);
  }

  /// Six before the attacks, six of attacks, the ruling.
  public static final int MOST = 13;

  private final Listener listener;
  private final Map<String, Double> seconds = new HashMap<>();
  private String current = "";
  private long since;
  private int begun;

  public Phases(Listener listener) {
    this.listener = listener;
  }

  /// Begins something else; what goes on already goes on.
  void begin(String what) {
    if (what.equals(current)) {
      return;
    }
    end();
    current = what;
    since = System.nanoTime();
    begun++;
    listener.begins(begun, what);
  }

  void end() {
    if (!current.isEmpty()) {
      seconds.merge(current, (System.nanoTime() - since) / 1e9, Double::sum);
      current = "";
    }
  }

  /// Seconds spent in each phase so far.
  public Map<String, Double> seconds() {
    return Map.copyOf(seconds);
  }
}

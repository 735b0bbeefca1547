package dev.caisson.airlock.assess;

import java.util.LinkedHashMap;
import java.util.Map;

/// What an assessment is doing, for somebody who waits, and how long each thing took.
public final class Phases {
  /// Is told what begins.
  @FunctionalInterface
  public interface Listener {
    /// @param number of this phase, from 1; assessments have at most [#MOST]
    void begins(int number, String what);
  }

  /// As many phases as an assessment has at most.
  public static final int MOST = 20;

  private final Listener listener;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private String current = "";
  private long since;
  private int begun;

  public Phases(Listener listener) {
    this.listener = listener;
  }

  void begin(String what) {
    end();
    current = what;
    since = System.nanoTime();
    begun = Math.min(MOST, begun + 1);
    listener.begins(begun, what);
  }

  void end() {
    if (!current.isEmpty()) {
      seconds.merge(current, (System.nanoTime() - since) / 1e9, Double::sum);
      current = "";
    }
  }

  /// Seconds spent in each phase so far, in order.
  public Map<String, Double> seconds() {
    return Map.copyOf(seconds);
  }
}

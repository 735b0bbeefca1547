package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What happened in a study, in order, for everybody who may watch it. Thread-safe; holds metrics
/// that the plan agreed to and nothing of any single site but its name and its traffic.
public final class StudyLog {
  /// Enough for every round of the longest plan; sites that come and go cannot add without end.
  static final int MOST_REMARKS = 20_000;

  private final List<Event> events = new ArrayList<>();
  private StudyState state = StudyState.WAITING;
  private String reason = "";
  private int roundsDone;
  private int remarks;

  /// @param round 0 where the event is not about a round
  /// @param figures present on the event of a completed round
  /// @param trouble whether something did not go as planned
  public record Event(
      int sequence,
      StudyState state,
      String text,
      int round,
      Optional<Figures> figures,
      boolean trouble) {}

  /// Means over the sites' held-out persons, by metric name; payload bytes that each site sent.
  public record Figures(
      SortedMap<String, Double> metrics, SortedMap<String, Long> bytesOut, long milliseconds) {
    public Figures {
      metrics = new TreeMap<>(metrics);
      bytesOut = new TreeMap<>(bytesOut);
    }
  }

  /// The study as a whole, now.
  public record Summary(StudyState state, String reason, int roundsDone) {}

  /// Notes the ordinary course of things.
  public synchronized void say(String text) {
    remark(text, false);
  }

  /// Notes that something did not go as planned.
  public synchronized void trouble(String text) {
    remark(text, true);
  }

  /// States and rounds are always kept; of other remarks only the first [#MOST_REMARKS].
  private void remark(String text, boolean trouble) {
    remarks = Math.min(remarks + 1, MOST_REMARKS + 1);
    if (remarks < MOST_REMARKS) {
      add(text, 0, Optional.empty(), trouble);
    } else if (remarks == MOST_REMARKS) {
      add("too many remarks; further ones are left out", 0, Optional.empty(), true);
    }
  }

  public synchronized void enter(StudyState next, String why) {
    state = next;
    reason = why;
    add(why, 0, Optional.empty(), next == StudyState.FAILED);
  }

  public synchronized void round(int round, String text, Figures figures) {
    roundsDone = Math.max(roundsDone, round);
    add(text, round, Optional.of(figures), false);
  }

  /// Figures of the state after the last round, which is no round of its own; `position` is one
  /// more than that round's number.
  public synchronized void finalState(int position, String text, Figures figures) {
    add(text, position, Optional.of(figures), false);
  }

  public synchronized Summary summary() {
    return new Summary(state, reason, roundsDone);
  }

  /// Waits until there are events from `sequence` on, and returns them; empty only when the study
  /// is over and all were read.
  public synchronized List<Event> from(int sequence) throws InterruptedException {
    while (events.size() <= sequence && !state.isFinal()) {
      wait();
    }
    return List.copyOf(events.subList(Math.min(sequence, events.size()), events.size()));
  }

  private void add(String text, int round, Optional<Figures> figures, boolean trouble) {
    events.add(new Event(events.size(), state, text, round, figures, trouble));
    notifyAll();
  }
}

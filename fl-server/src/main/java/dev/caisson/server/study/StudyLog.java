package dev.caisson.server.study;

import dev.caisson.protocol.study.StudyState;
import dev.caisson.server.store.CoordinatorDatabase;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// The one way by which a study changes: each change is one transaction of what changes and the
/// event that tells of it, so that a study and its log never disagree, whenever the process ends.
/// Events hold metrics that the plan agreed to and nothing of any single site but its name and its
/// traffic; they are read from the database, and who waits for the next is woken. Thread-safe.
///
/// A change to a study that is over is a [StudyOverException]; one that cannot be kept is a
/// `StoreException`. Neither leaves a trace.
public final class StudyLog {
  /// Enough for every round of the longest plan; sites that come and go cannot add without end.
  static final int MOST_REMARKS = 20_000;

  /// Events that are read at a time.
  static final int PAGE = 256;

  private final CoordinatorDatabase database;
  private final Clock clock;
  private final String study;
  private Summary summary;

  /// Whether the summary is told and not kept.
  private boolean held;

  private long events;
  private int remarks;

  /// @param round 0 where the event is not about a round
  /// @param figures present on the event of a completed round
  /// @param trouble whether something did not go as planned
  public record Event(
      long sequence,
      Instant at,
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
  record Summary(StudyState state, String reason, Pause pause) {}

  /// What changes together with an event.
  @FunctionalInterface
  interface Also {
    Also NOTHING = sql -> {};

    void in(Handle sql);
  }

  /// The log of a study that is in the database.
  StudyLog(CoordinatorDatabase database, Clock clock, String study) {
    this.database = database;
    this.clock = clock;
    this.study = study;
    StudySummary now =
        database.<StudySummary, RuntimeException>read(
            sql -> StudyTable.summary(sql, study).orElseThrow());
    Pause pause = database.<Pause, RuntimeException>read(sql -> StudyTable.pause(sql, study));
    summary = new Summary(now.state(), now.reason(), pause);
    events = database.<Long, RuntimeException>read(sql -> EventTable.count(sql, study));
    remarks = (int) Math.min(events, MOST_REMARKS + 1L);
  }

  /// Notes the ordinary course of things.
  void say(String text) {
    say(text, Also.NOTHING);
  }

  void say(String text, Also also) {
    remark(text, false, also);
  }

  /// Notes that something did not go as planned.
  void trouble(String text) {
    trouble(text, Also.NOTHING);
  }

  void trouble(String text, Also also) {
    remark(text, true, also);
  }

  /// States and rounds are always kept; of other remarks only the first [#MOST_REMARKS].
  private synchronized void remark(String text, boolean trouble, Also also) {
    if (remarks < MOST_REMARKS - 1) {
      append(summary, text, 0, OptionalLong.empty(), trouble, also);
    } else if (remarks == MOST_REMARKS - 1) {
      append(
          summary,
          "too many remarks; further ones are left out",
          0,
          OptionalLong.empty(),
          true,
          also);
    } else {
      change(also);
      return;
    }
    remarks++;
  }

  /// Changes something that nobody who watches need hear of.
  synchronized void change(Also also) {
    database.<RuntimeException>useTransaction(also::in);
  }

  /// Enters a state in which nothing is to stand still.
  void enter(StudyState next, String why, Also also) {
    enter(next, why, Pause.NONE, also);
  }

  /// A pause that a person has asked for stays, whatever the study comes to meanwhile.
  synchronized void enter(StudyState next, String why, Pause pause, Also also) {
    boolean asked = summary.pause() == Pause.ASKED && !next.isFinal();
    boolean trouble = next == StudyState.FAILED || pause == Pause.MISSING || pause == Pause.TROUBLE;
    put(new Summary(next, why, asked ? Pause.ASKED : pause), trouble, also);
  }

  /// Enters a state in which nothing is to stand still, because a person wants it.
  synchronized void resume(StudyState next, String why, Also also) {
    put(new Summary(next, why, Pause.NONE), false, also);
  }

  /// Pauses a study that is to stand still and does not yet; whether it was so.
  synchronized boolean standStill(String why) {
    if (summary.pause() == Pause.NONE || summary.state() == StudyState.PAUSED) {
      return false;
    }
    enter(StudyState.PAUSED, why, summary.pause(), Also.NOTHING);
    return true;
  }

  /// Whoever pauses has no round under way.
  private void put(Summary next, boolean trouble, Also also) {
    append(
        next,
        next.reason(),
        0,
        OptionalLong.empty(),
        trouble,
        sql -> {
          also.in(sql);
          if (next.state() == StudyState.PAUSED) {
            AttemptTable.phase(sql, study, AttemptTable.Phase.ENDED);
          }
          StudyTable.enter(sql, study, next.state(), next.reason(), next.pause(), clock.instant());
        });
    held = false;
  }

  /// Asks for the study to stand still as soon as its round is over.
  synchronized void pause(String why) {
    Summary now = summary;
    append(
        new Summary(now.state(), now.reason(), Pause.ASKED),
        why,
        0,
        OptionalLong.empty(),
        false,
        sql ->
            StudyTable.enter(sql, study, now.state(), now.reason(), Pause.ASKED, clock.instant()));
    held = false;
  }

  /// A round has come to its sum; `round.number()` is one more than the last round's where these
  /// are the figures of the final state, which is no round of training.
  synchronized void round(RoundTable.Done round, String text, Also also) {
    append(
        summary,
        text,
        round.number(),
        OptionalLong.of(round.attempt()),
        false,
        sql -> {
          RoundTable.insert(sql, study, round);
          also.in(sql);
        });
  }

  /// What is told as long as it cannot be kept: the next change that can be kept replaces it.
  synchronized void holdWithoutRecord(String why) {
    Pause pause = summary.pause() == Pause.ASKED ? Pause.ASKED : Pause.TROUBLE;
    summary = new Summary(StudyState.PAUSED, why, pause);
    held = true;
    notifyAll();
  }

  /// Keeps what could only be told; nothing where another state was kept meanwhile, because a
  /// person has the study go on.
  synchronized void keepHeld() {
    if (held) {
      put(summary, true, Also.NOTHING);
    }
  }

  synchronized Summary summary() {
    return summary;
  }

  /// Waits until there are events from `sequence` on, and returns the first of them; empty only
  /// when the study is over and all were read.
  public List<Event> from(long sequence) throws InterruptedException {
    synchronized (this) {
      while (events <= sequence && !summary.state().isFinal()) {
        wait();
      }
    }
    return database.<List<Event>, RuntimeException>read(
        sql -> EventTable.from(sql, study, sequence, PAGE));
  }

  private void append(
      Summary next, String text, int round, OptionalLong attempt, boolean trouble, Also also) {
    long sequence = events;
    database.<RuntimeException>useTransaction(
        sql -> {
          also.in(sql);
          EventTable.insert(
              sql, study, sequence, next.state(), text, round, attempt, trouble, clock.instant());
        });
    events = sequence + 1;
    summary = next;
    notifyAll();
  }
}

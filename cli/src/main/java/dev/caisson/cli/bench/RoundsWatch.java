package dev.caisson.cli.bench;

import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/// Times the rounds of one study as whoever watches it sees them: from the event of the round
/// before (of the first, from the start of training) to the round's own, so that what the
/// coordinator does between rounds counts.
final class RoundsWatch implements StudiesClient.Listener {
  private final int rounds;
  private final Runnable atATenth;

  /// In these no further round comes by itself.
  private static final Set<String> ENDED = Set.of("failed", "cancelled", "paused");

  private final Progress progress;
  private final List<Round> done = new ArrayList<>();
  private final List<String> troubles = new ArrayList<>();
  private String failure = "";
  private long last;

  /// @param atATenth what to do once a tenth of the rounds is done; must return at once
  RoundsWatch(int rounds, Runnable atATenth, Progress progress) {
    this.rounds = rounds;
    this.atATenth = atATenth;
    this.progress = progress;
  }

  /// @param seconds from event to event
  /// @param atCoordinator seconds from the round's opening to its sum, by the coordinator's clock
  /// @param bytesSent by a site, the mean over those that took part
  record Round(double seconds, double atCoordinator, double bytesSent) {}

  @Override
  public boolean seen(StudiesClient.Event event) {
    long now = System.nanoTime();
    boolean ended = ENDED.contains(event.state());
    boolean over = ended || event.state().equals("candidate");
    if (ended) {
      failure = event.text();
    } else if (event.trouble()) {
      troubles.add(event.text());
      progress.say(event.text());
    } else if (!event.metrics().isEmpty() && done.size() < rounds) {
      OptionalDouble bytes = event.bytesOut().values().stream().mapToLong(b -> b).average();
      done.add(new Round((now - last) / 1e9, event.milliseconds() / 1e3, bytes.orElse(0)));
      last = now;
      progress.update(done.size(), rounds, "%.3f s".formatted(done.getLast().seconds()));
      if (done.size() == tenth(rounds)) {
        atATenth.run();
      }
    } else if (done.isEmpty()) {
      last = now; // submitted, waiting, training
    }
    return !over;
  }

  /// A coordinator that is measured is not waited for when it is gone.
  @Override
  public boolean lost(String why) {
    return false;
  }

  static int tenth(int rounds) {
    return Math.max(1, rounds / 10);
  }

  List<Round> rounds() {
    return List.copyOf(done);
  }

  /// What did not go as planned, in the coordinator's words.
  List<String> troubles() {
    return List.copyOf(troubles);
  }

  /// Why the study failed; empty if it did not.
  String failure() {
    return failure;
  }
}

package dev.caisson.cli.chaos;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Asks the coordinator how a study stands, whichever process it is just now.
final class Onlooker implements AutoCloseable {
  private static final long TICK = 50;

  private final LiveFederation federation;
  private final String study;
  private @Nullable StudiesClient client;

  Onlooker(LiveFederation federation, String study) {
    this.federation = federation;
    this.study = study;
  }

  /// Empty while nobody answers.
  Optional<StudiesClient.Summary> look() throws Exception {
    if (client == null) {
      client = federation.researcher();
    }
    try {
      return Optional.of(
          client.list().stream()
              .filter(summary -> summary.study().equals(study))
              .findFirst()
              .orElseThrow(
                  () ->
                      new AssertionError(
                          "the coordinator knows nothing of '%s' any more".formatted(study))));
    } catch (CommandFailure e) {
      close(); // a new connection, at once; the old one would pause ever longer
      return Optional.empty();
    }
  }

  /// Waits until the study is like this.
  StudiesClient.Summary await(Duration limit, Predicate<StudiesClient.Summary> wanted)
      throws Exception {
    long start = System.nanoTime();
    Optional<StudiesClient.Summary> last = Optional.empty();
    while (System.nanoTime() - start < limit.toNanos()) {
      Optional<StudiesClient.Summary> found = look();
      if (found.filter(wanted).isPresent()) {
        return found.get();
      }
      last = found.isPresent() ? found : last;
      Thread.sleep(TICK);
    }
    throw new AssertionError("not within %s; last seen: %s".formatted(limit, last));
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}

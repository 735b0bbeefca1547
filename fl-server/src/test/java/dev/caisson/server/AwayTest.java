package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.wire.FromSite;
import dev.caisson.protocol.wire.Leaving;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.secagg.site.Upload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sites that go away in the middle of a round, and what comes back under their name.
@Timeout(120)
final class AwayTest {
  private static final String[] SITES = {"a", "b", "c", "d"};
  private static final float[] UPDATE = {0.5f, 0, 0, 0};

  @TempDir Path folder;
  private TestFederation federation;
  private final List<MadeUpSite> sites = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    federation = new TestFederation(folder, Duration.ofSeconds(20), SITES);
    for (String site : List.of("a", "b", "c")) {
      sites.add(new MadeUpSite(federation, site, UPDATE, SITES).hello());
    }
  }

  @AfterEach
  void stop() {
    sites.forEach(MadeUpSite::close);
    federation.close();
  }

  private List<String> firstSurvivors() throws Exception {
    String study = federation.submit("ann", TestFederation.plan(1, 3, SITES));
    List<StudyEvent> events = federation.trained("ann", study);
    assertThat(events.getLast().getState())
        .as("%s", events.stream().map(StudyEvent::getText).toList())
        .isEqualTo("candidate");
    return List.copyOf(federation.candidate().getRounds(0).getSurvivorsList());
  }

  /// The killed process was at its upload. What is started in its place knows none of its secrets.
  @Test
  void aProcessThatWasStartedAnewIsADropoutOfTheRound() throws Exception {
    sites.add(
        new MadeUpSite(federation, "d", UPDATE, SITES) {
          @Override
          void upload(Upload upload) {
            close();
            Thread.ofVirtual().start(() -> restarted());
          }
        }.hello());
    assertThat(firstSurvivors()).containsExactly("a", "b", "c");
  }

  private void restarted() {
    try {
      sites.add(new MadeUpSite(federation, "d", UPDATE, SITES).hello());
    } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Its upload still counts while its process lives: it said only that it takes part in nothing
  /// more.
  @Test
  void whoSaysThatItLeavesMayFinishItsAnswer() throws Exception {
    sites.add(
        new MadeUpSite(federation, "d", UPDATE, SITES) {
          @Override
          void upload(Upload upload)
              throws InterruptedException, ExecutionException, TimeoutException {
            for (int i = 0; i < 1000; i++) { // one is enough, and all that is passed on
              send(FromSite.newBuilder().setLeaving(Leaving.getDefaultInstance()).build());
            }
            super.upload(upload);
          }
        }.hello());
    assertThat(firstSurvivors()).containsExactly("a", "b", "c", "d");
  }

  /// Each message twice, and each upload: what a site does that does not know what arrived.
  @Test
  void whatIsSaidTwiceCountsOnce() throws Exception {
    sites.add(
        new MadeUpSite(federation, "d", UPDATE, SITES) {
          @Override
          void upload(Upload upload)
              throws InterruptedException, ExecutionException, TimeoutException {
            super.upload(upload);
            super.upload(upload);
          }

          @Override
          void follow(String round, byte[] payload) {
            payload(round, payload);
            payload(round, payload);
          }
        }.hello());
    assertThat(firstSurvivors()).containsExactly("a", "b", "c", "d");
    float[] found = federation.finalVector();
    assertThat((double) found[0])
        .isCloseTo(TestFederation.INITIAL[0] + 0.5, org.assertj.core.data.Offset.offset(1e-6));
  }
}

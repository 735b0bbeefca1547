package dev.caisson.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.wire.Candidate;
import dev.caisson.server.round.Deadlines;
import dev.caisson.trust.MalformedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A site whose connection stands and that says nothing: its process hangs, or a firewall forgot
/// the connection. The others have their round without it.
@Timeout(120)
final class SilentSiteTest {
  private static final String[] SITES = {"a", "b", "c", "d"};

  @TempDir Path folder;

  /// Follows the first steps of a round, then says nothing more.
  private static final class FallingSilent extends MadeUpSite {
    private final int steps;
    private int taken;

    FallingSilent(TestFederation federation, int steps) throws Exception {
      super(federation, "d", new float[4], SITES);
      this.steps = steps;
    }

    @Override
    void step(String round, byte[] payload)
        throws MalformedException, InterruptedException, ExecutionException, TimeoutException {
      if (taken++ < steps) {
        super.step(round, payload);
      }
    }
  }

  @ParameterizedTest(name = "after {0} steps")
  @ValueSource(ints = {0, 2})
  void roundGoesOnWithoutASiteThatFallsSilent(int steps) throws Exception {
    try (TestFederation federation = new TestFederation(folder, Duration.ofSeconds(12), SITES);
        MadeUpSite a = new MadeUpSite(federation, "a", new float[] {1, 0, 0, 0}, SITES);
        MadeUpSite b = new MadeUpSite(federation, "b", new float[] {0, 1, 0, 0}, SITES);
        MadeUpSite c = new MadeUpSite(federation, "c", new float[] {0, 0, 1, 0}, SITES);
        MadeUpSite d = new FallingSilent(federation, steps)) {
      for (MadeUpSite site : List.of(a, b, c, d)) {
        site.hello();
      }
      String plan = TestFederation.plan(1, 3, SITES).replace("round: 30", "round: 10");
      String study = federation.submit("researcher", plan);
      federation.trained("researcher", study);
      Candidate trained = federation.candidate();
      assertThat(trained.getRounds(0).getRound()).as("the first attempt").isEqualTo("train-1");
      assertThat(trained.getRounds(0).getSurvivorsList()).containsExactly("a", "b", "c");
      assertThat(trained.getRounds(1).getSurvivorsList()).containsExactly("a", "b", "c");
    }
  }

  @Test
  void phasesEndInOrderAndTheLastWithTheRound() {
    Deadlines limits =
        Deadlines.of(
            Duration.ofSeconds(60), Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(120));
    List<Duration> ends = List.of(Deadlines.Phase.values()).stream().map(limits::until).toList();
    assertThat(ends).isSorted().doesNotHaveDuplicates();
    assertThat(ends.getLast()).isEqualTo(limits.round());
  }
}

package dev.caisson.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.ledger.RoundHistory;
import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What must hold after any schedule.
final class Findings {
  /// A single site's update must weigh at least so many tolerances in the mean, or the comparison
  /// could not tell whom a sum counts.
  private static final double POWER = 50;

  private final Homes homes;
  private final StudyPlan plan;
  private final Map<String, List<RoundHistory>> histories = new TreeMap<>();

  Findings(Homes homes, StudyPlan plan) throws IOException {
    this.homes = homes;
    this.plan = plan;
    for (String site : homes.sites()) {
      also(site, homes.ledger(site));
    }
  }

  /// One more ledger of a site: of a copy of its home.
  void also(String site, Path ledger) throws IOException {
    histories.computeIfAbsent(site, _ -> new ArrayList<>()).add(RoundHistory.read(ledger));
  }

  private Stream<RoundHistory.Round> rounds(String site) {
    return histories.getOrDefault(site, List.of()).stream().flatMap(h -> h.rounds().stream());
  }

  /// No site has answered for a state in two ways: for other survivors, or with another vector.
  void nobodyAnsweredTwice() {
    for (String site : histories.keySet()) {
      Map<List<Digest>, Set<Object>> answers = new HashMap<>();
      rounds(site)
          .filter(round -> round.answered().isPresent())
          .forEach(
              round -> {
                JournalEntry.Begun begun = round.begun().orElseThrow();
                answers
                    .computeIfAbsent(List.of(begun.scope(), begun.state()), _ -> new HashSet<>())
                    .add(
                        List.of(
                            round.answered().orElseThrow().survivors(),
                            round.uploaded().orElseThrow().fingerprint()));
              });
      assertThat(answers.values())
          .as("answers of %s for one state", site)
          .allSatisfy(ways -> assertThat(ways).hasSize(1));
    }
  }

  /// As many rounds as planned and one evaluation; whoever is counted is counted once, and has sent
  /// a vector for exactly this round.
  void everySumIsOfWhoSent(Trained trained) {
    assertThat(trained.training()).hasSize(plan.rounds());
    assertThat(trained.rounds()).hasSize(plan.rounds() + 1);
    assertThat(trained.rounds().stream().map(Trained.Round::manifest)).doesNotHaveDuplicates();
    for (Trained.Round round : trained.rounds()) {
      assertThat(round.survivors())
          .as(round.name())
          .doesNotHaveDuplicates()
          .hasSizeGreaterThanOrEqualTo(plan.aggregation().threshold());
      for (String site : round.survivors()) {
        assertThat(rounds(site))
            .as("%s in %s", site, round.name())
            .anyMatch(
                r ->
                    r.begun().filter(b -> b.manifest().equals(round.manifest())).isPresent()
                        && r.uploaded().isPresent());
      }
    }
  }

  /// The final vector is the simulated one, within quantisation; and each recorded state follows
  /// from the one before, as every site found that computed it.
  void statesFollow(Trained trained) throws Exception {
    Simulation simulation = new Simulation(homes, plan);
    assertThat(plan.training().learningRate()).isLessThan(simulation.highestRate());
    float[] state = simulation.first();
    float[] before = state;
    BlobStore blobs = new BlobStore(homes.coordinator().resolve("blobs"));
    int number = 0;
    for (Trained.Round round : trained.training()) {
      number++;
      float[] next = simulation.step(state, number, round.survivors());
      assertThat(Simulation.distance(next, state)).as("%s moves", round.name()).isPositive();
      for (String site : round.survivors()) {
        assertThat(
                Simulation.distance(simulation.update(state, number, site), minus(next, state))
                    / round.survivors().size())
            .as("whether %s counts in %s can be seen", site, round.name())
            .isGreaterThan(POWER * simulation.tolerance(plan.rounds()));
      }
      if (before.length > 0 && isKept(round.state())) {
        float[] recorded = ParameterManifest.vector(blobs.get(round.state()));
        assertThat(
                Simulation.distance(recorded, simulation.step(before, number, round.survivors())))
            .as("state after %s, from the recorded state before it", round.name())
            .isLessThanOrEqualTo(simulation.tolerance(1));
        before = recorded;
      } else {
        before = new float[0];
      }
      for (String site : histories.keySet()) {
        assertThat(successors(site, round.manifest()))
            .as("what %s computed of the sum of %s", site, round.name())
            .allMatch(round.state()::equals);
      }
      state = next;
    }
    assertThat(Simulation.distance(trained.finalVector(), state))
        .as("the final vector and the simulated one")
        .isLessThanOrEqualTo(simulation.tolerance(plan.rounds()));
    assertThat(trained.rounds().getLast().state())
        .as("what the airlock fetched is the last recorded state")
        .isEqualTo(Digest.of(ParameterManifest.bytes(trained.finalVector())));
  }

  private boolean isKept(Digest state) {
    Path file = homes.coordinator().resolve("blobs").resolve(state.hex());
    return Files.exists(file);
  }

  private Stream<Digest> successors(String site, Digest manifest) {
    return rounds(site)
        .flatMap(round -> round.succeeded().stream())
        .filter(succeeded -> succeeded.manifest().equals(manifest))
        .map(JournalEntry.Succeeded::successor);
  }

  private static float[] minus(float[] one, float[] other) {
    float[] difference = one.clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= other[i];
    }
    return difference;
  }
}

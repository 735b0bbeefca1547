package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.graph.GraphParameters;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.secagg.journal.Claim;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.NeighbourSurvivors;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is said over sparse graphs reads back, and is bounded by the cohort that it is said in.
final class SparseMessagesTest {
  private static final Digest ANY = Digest.ofText("any");
  private final Federation twelve = new Federation(12);
  private final RoundManifest manifest = SparseFederation.one(twelve, 7, 5, 3);

  private static RoundManifest like(RoundManifest manifest, int degree, int shares, int corrupt) {
    return ManifestDraft.like(manifest)
        .topology(new Topology.Regular(new GraphParameters(degree, shares), corrupt))
        .build();
  }

  @Test
  void aManifestSaysItsGraphAndItsDigestCoversIt() throws Exception {
    assertThat(RoundManifest.decode(manifest.encoded())).isEqualTo(manifest);
    RoundManifest complete = twelve.one(7);
    assertThat(RoundManifest.decode(complete.encoded()).topology())
        .isEqualTo(new Topology.Complete());
    assertThat(
            List.of(
                complete.digest(),
                manifest.digest(),
                like(manifest, 6, 3, 0).digest(),
                like(manifest, 5, 4, 0).digest(),
                like(manifest, 5, 3, 1).digest()))
        .doesNotHaveDuplicates();
    assertThat(manifest.shareThreshold()).isEqualTo(3);
    assertThat(complete.shareThreshold()).isEqualTo(7);
    assertThat(manifest.memberBound()).isEqualTo(12);
    assertThat(complete.memberBound()).isEqualTo(Suite.MAX_COHORT);
  }

  @Test
  void refusesGraphsThatDoNotFitTheCohort() {
    assertThatThrownBy(() -> like(manifest, 12, 3, 0)).hasMessageContaining("fewer than its 12");
    assertThatThrownBy(() -> like(manifest, 5, 3, 12)).hasMessageContaining("fewer than its 12");
    assertThatThrownBy(() -> like(manifest, 5, 3, -1)).hasMessageContaining("not be negative");
    byte[] bent = manifest.encoded();
    bent[bent.length - 17] = 12; // the last byte of the degree stands 17 from the end
    bent[bent.length - 9] = 13;
    assertThatThrownBy(() -> RoundManifest.decode(bent)).isInstanceOf(MalformedException.class);
  }

  @Test
  void cohortsBeyondTheLargestCompleteOneNeedASparseGraph() throws Exception {
    List<String> names = IntStream.range(0, 5001).mapToObj("s%04d"::formatted).toList();
    ManifestDraft draft = ManifestDraft.like(twelve.one(7));
    assertThatThrownBy(() -> draft.cohort(names.subList(0, 201)).build())
        .hasMessageContaining("3..200 sites, got 201");
    Topology.Regular graph = new Topology.Regular(new GraphParameters(60, 42), 250);
    RoundManifest largest = draft.cohort(names.subList(0, 5000)).topology(graph).build();
    assertThat(RoundManifest.decode(largest.encoded())).isEqualTo(largest);
    assertThatThrownBy(() -> draft.cohort(names).build()).hasMessageContaining("3..5000 sites");
  }

  @Test
  void listsOfNeighboursReadBackAndAreBounded() throws Exception {
    Play play = SparseFederation.begin(twelve, manifest);
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    byte[] encoded = Play.at(play.toSites, "site-003").encoded();
    assertThat(NeighbourList.decodeWithin(12, encoded).encoded()).isEqualTo(encoded);
    assertThatThrownBy(() -> NeighbourList.decodeWithin(11, encoded))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(
            () -> NeighbourList.decodeWithin(12, Arrays.copyOf(encoded, encoded.length + 1)))
        .isInstanceOf(MalformedException.class);
    for (int length = 0; length < encoded.length; length += 97) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> NeighbourList.decodeWithin(12, cut))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void whatAMemberIsToldOfU3ReadsBack() throws Exception {
    Play play = SparseFederation.begin(twelve, manifest).toUploads();
    assertThat(play.collectUploads()).isTrue();
    byte[] encoded = Play.at(play.toSites, "site-003").encoded();
    assertThat(NeighbourSurvivors.decodeWithin(12, encoded).encoded()).isEqualTo(encoded);
    assertThatThrownBy(() -> NeighbourSurvivors.decodeWithin(11, encoded))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(
            () -> NeighbourSurvivors.decodeWithin(12, Arrays.copyOf(encoded, encoded.length + 1)))
        .isInstanceOf(MalformedException.class);
    for (int length = 0; length < encoded.length; length += 97) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> NeighbourSurvivors.decodeWithin(12, cut))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void membersAreCountedWithinTheCohortOfTheRound() throws Exception {
    SurvivorList u3 = new SurvivorList(List.of(new SurvivorList.Entry(300, ANY)));
    assertThat(SurvivorList.decodeWithin(301, u3.encoded())).isEqualTo(u3);
    assertThatThrownBy(() -> SurvivorList.decodeWithin(300, u3.encoded()))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> SurvivorList.decode(u3.encoded()))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void anAnswerMaySayPairSeedsAloneAndThenIsAnotherStatement() throws Exception {
    Origin origin = new Origin(ANY, ANY, 3);
    Secret seed = Secret.taking(new byte[32]);
    List<Share> shares = List.of(Share.of(1, 2, 3, 4, 5));
    AnswerStatement plain = new AnswerStatement(origin, shares, List.of());
    AnswerStatement seeds = new AnswerStatement(origin, shares, List.of(), List.of(seed, seed));
    assertThat(AnswerStatement.decodeWithin(12, seeds.encoded()).encoded())
        .isEqualTo(seeds.encoded())
        .isNotEqualTo(plain.encoded());
    assertThat(AnswerStatement.decode(plain.encoded()).pairSeeds()).isEmpty();
    assertThatThrownBy(() -> AnswerStatement.decodeWithin(1, seeds.encoded()))
        .isInstanceOf(MalformedException.class);
    Signed<AnswerStatement> signed = Signed.sign(seeds, Signatures.ML_DSA, twelve.key("site-003"));
    assertThat(Signed.decode(signed.encoded(), AnswerStatement::decode).digest())
        .isEqualTo(signed.digest());
  }

  /// Among thousands a site speaks of 64 others, whichever it saw.
  @Test
  void aStandingIsSampledAmongThoseSeen() {
    TreeMap<Integer, Claim> seen = new TreeMap<>();
    IntStream.range(0, 200).forEach(i -> seen.put(i, new Claim(new Sighting(i, 7), ANY)));
    Standing all = new Standing(new Sighting(1, 2), seen);
    Standing some = all.sampled(64, new SeededRandom(5));
    assertThat(some.own()).isEqualTo(all.own());
    assertThat(some.seen()).hasSize(64);
    assertThat(seen.entrySet()).containsAll(some.seen().entrySet());
    assertThat(all.sampled(64, new SeededRandom(6))).isNotEqualTo(some);
    assertThat(all.sampled(200, new SeededRandom(6))).isEqualTo(all);
  }

  @Test
  void aListOfKeysOfManyHundredsReadsWithinItsCohortOnly() throws Exception {
    Play play = SparseFederation.begin(twelve, manifest);
    assertThat(play.collectKeys()).isTrue();
    byte[] list = Play.at(play.toSites, "site-000").encoded();
    assertThat(KeyList.decodeWithin(12, list).members()).hasSize(12);
    assertThatThrownBy(() -> KeyList.decodeWithin(11, list)).isInstanceOf(MalformedException.class);
  }
}

package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertBroken;
import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.SitePolicy;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The coordinator makes up the round: who takes part, how few open a sum, what is summed.
final class CohortAttackTest {
  private final Federation four = new Federation(4);

  /// Sites of the coordinator's own making, under names that nobody's roster has.
  @Test
  void sybilsOutsideTheRosterAreRefusedByName() {
    List<String> names = new ArrayList<>(four.names());
    names.add("sybil-1");
    names.add("sybil-2");
    RoundManifest manifest = ManifestDraft.like(four.one(3)).cohort(names).threshold(4).build();
    assertObjection(
        four.policy(), manifest, Rule.COHORT_IN_ROSTER, "'sybil-1' is not in this site's roster");
  }

  /// Where they are in the roster, n_C counts them: one honest site among its Sybils is refused.
  @Test
  void sybilsInsideTheRosterAreCountedAsColluding() {
    Federation three = new Federation(3);
    assertObjection(
        three.policy(2),
        three.one(3),
        Rule.HONEST_FLOOR,
        "n_C + h <= t needs t >= 4 (n_C = 2, h = 2), got t = 3");
    assertThat(three.policy(1).objection(three.one(3), "site-000", key(three, 0))).isEmpty();
  }

  /// Two names of one key would be one site that counts twice.
  @Test
  void oneKeyUnderTwoNamesIsNoRoster() {
    Map<String, Identity> members = new TreeMap<>();
    members.put("a", key(four, 0));
    members.put("b", key(four, 0));
    assertThatThrownBy(() -> new Roster(members)).hasMessageContaining("share one identity key");
  }

  /// The coordinator puts keys of its own in a site's place, under every signature that it can
  /// make.
  @Test
  void substitutedKeysAreRefused() throws Exception {
    IdentityKey own = IdentityKey.generate();
    for (IdentityKey signer :
        new IdentityKey[] {own, Federation.COORDINATOR, four.key("site-003")}) {
      Play play = new Play(four, four.one(3));
      Play coordinators = Play.of(four, play.manifest).seed(77).begin();
      List<Signed<KeysStatement>> mixed =
          new ArrayList<>(Relay.keyList(play.fromSites.values()).members());
      KeysStatement keys =
          Relay.keyList(coordinators.fromSites.values()).members().get(1).statement();
      mixed.set(1, Signed.sign(keys, play.manifest.signatures(), signer));
      for (String site : List.of("site-000", "site-002")) {
        assertRefused(
            Play.at(play.awaitingKeys, site).handle(new KeyList(mixed).encoded()),
            Rule.SIGNATURE,
            "site-001");
      }
    }
  }

  @Test
  void aThresholdOfOneIsRefusedNamingTheFloor() {
    assertObjection(
        four.policy(),
        four.one(1),
        Rule.MAJORITY,
        "2t > n + n_C needs t >= 3 (n = 4, n_C = 0), got t = 1");
  }

  @Test
  void noManifestHasFewerThanThreeSitesOrAThresholdAboveThem() {
    RoundManifest manifest = four.one(3);
    for (int n = 0; n < 3; n++) {
      List<String> few = four.names().subList(0, n);
      assertThatThrownBy(() -> ManifestDraft.like(manifest).cohort(few).threshold(1).build())
          .hasMessage("a cohort has 3..200 sites, got " + n);
    }
    assertThatThrownBy(() -> ManifestDraft.like(manifest).threshold(5).build())
        .hasMessage("threshold must be 1..4 (cohort size), got 5");
    assertThatThrownBy(() -> ManifestDraft.like(manifest).threshold(0).build())
        .hasMessage("threshold must be 1..4 (cohort size), got 0");
  }

  /// A clip so wide that a step of the ring says nothing of anybody, or so wide that one site's
  /// outlier is all of the sum.
  @Test
  void aClipBeyondThePolicyIsRefused() {
    SitePolicy policy =
        new SitePolicy(
            four.roster(),
            Federation.COORDINATOR.identity(),
            0,
            2,
            100,
            8.0,
            true,
            four.one(3).signatures());
    RoundManifest manifest =
        ManifestDraft.like(four.one(3))
            .vector(new Segment.Real("update", 3, 8.1, 1000, true))
            .build();
    assertObjection(policy, manifest, Rule.CLIP, "segment 'update': clip at most 8.0, got 8.1");
  }

  /// The ring is derived from n and Q and never sent, so no manifest can have one in which honest
  /// inputs overflow: |sum| <= nQ < 2^(b-1) for the smallest and largest of everything, and for
  /// random manifests.
  @Test
  void noManifestHasARingInWhichHonestInputsOverflow() {
    VectorSpec least = VectorSpec.of(new Segment.Real("x", 1, 1.0, 1, true));
    VectorSpec most = VectorSpec.of(new Segment.Exact("x", 1, Segment.MAX_MAGNITUDE, true));
    for (int n : new int[] {Suite.MIN_COHORT, Suite.MAX_COHORT}) {
      check(n, least, new Weights.Equal());
      check(n, most, new Weights.Equal());
      check(n, least, new Weights.Total(Weights.MAX_WEIGHT));
      check(n, most, new Weights.FixedDenominator(Weights.MAX_WEIGHT, 1));
    }
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 500; i++) {
      long weight = 1L << random.nextInt(41);
      Weights weights =
          switch (random.nextInt(3)) {
            case 0 -> new Weights.Equal();
            case 1 -> new Weights.FixedDenominator(weight, weight);
            default -> new Weights.Total(weight);
          };
      VectorSpec vector =
          VectorSpec.of(
              new Segment.Real("real", 2, 1.0, random.nextLong(1, 1L << 50), true),
              new Segment.Exact("exact", 2, 1 + random.nextLong(1L << random.nextInt(50)), true));
      check(random.nextInt(3, 201), vector, weights);
    }
  }

  private static void check(int n, VectorSpec vector, Weights weights) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      names.add("site-%03d".formatted(i));
    }
    Layout layout =
        ManifestDraft.like(new Federation(3).manifest(3, vector, weights))
            .cohort(names)
            .build()
            .layout();
    long most = weights instanceof Weights.Total(long max) ? max : 1;
    for (Segment segment : vector.segments()) {
      most = Math.max(most, segment.max());
    }
    BigInteger sum = BigInteger.valueOf(n).multiply(BigInteger.valueOf(most));
    BigInteger half = BigInteger.ONE.shiftLeft(layout.bits() - 1);
    assertThat(sum).isLessThan(half);
    assertThat(layout.lift(sum.longValueExact())).isEqualTo(sum.longValueExact());
    assertThat(layout.lift(sum.negate().mod(half.shiftLeft(1)).longValueExact()))
        .isEqualTo(-sum.longValueExact());
  }

  /// What it would have to sign for that: a larger Q than the ring can hold is no segment.
  @Test
  void aMagnitudeBeyondTheRingsIsNoSegment() {
    assertThatThrownBy(() -> new Segment.Exact("x", 1, Segment.MAX_MAGNITUDE + 1, true))
        .hasMessageContaining("max must be 1..2^50");
    assertThatThrownBy(() -> new Segment.Real("x", 1, 1.0, 0, true))
        .hasMessageContaining("max must be 1..2^50");
    assertThatThrownBy(() -> new Layout(1, 61)).hasMessageContaining("1..60 bits");
  }

  private static void assertObjection(
      SitePolicy policy, RoundManifest manifest, Rule rule, String words) {
    String self = "site-000";
    Identity key = new Federation(1).key(self).identity();
    assertBroken(
        policy.objection(manifest, self, key).orElseThrow(), rule, Fault.COORDINATOR, words);
  }

  private static Identity key(Federation federation, int member) {
    return federation.key(federation.name(member)).identity();
  }
}

package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.site.SiteRound;
import dev.caisson.secagg.site.Step;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a site refuses before it draws a key.
final class SitePolicyTest {
  private final Federation four = new Federation(4);

  @Test
  void admitsWhatMeetsEveryFloor() {
    assertThat(four.policy().objection(four.manifest(3), four.name(1), key(1))).isEmpty();
  }

  @Test
  void refusesAThresholdUnderWhichTwoQuorumsNeedNotShareAnHonestSite() {
    assertThat(rule(four.policy(), four.manifest(2))).isEqualTo(Rule.MAJORITY);
    assertThat(rule(four.policy(), four.manifest(1))).isEqualTo(Rule.MAJORITY);
    assertThat(rule(floors(2, 2), four.manifest(3))).isEqualTo(Rule.MAJORITY);
    assertThat(four.policy().objection(four.manifest(2), four.name(0), key(0)).orElseThrow())
        .hasToString(
            "coordinator broke MAJORITY: 2t > n + n_C needs t >= 3 (n = 4, n_C = 0), got t = 2");
  }

  @Test
  void countsHonestSurvivorsNotSurvivors() {
    assertThat(rule(floors(2, 3), four.manifest(4))).isEqualTo(Rule.HONEST_FLOOR);
    assertThat(four.manifest(4).cohort()).hasSize(4);
    Federation three = new Federation(3);
    SitePolicy twoCollude =
        SitePolicy.floors(three.roster(), Federation.COORDINATOR.identity(), 2, 2);
    assertThat(twoCollude.objection(three.manifest(3), three.name(0), key(0)).orElseThrow().rule())
        .isEqualTo(Rule.HONEST_FLOOR);
  }

  /// Every floor at its edge: what just meets it is admitted, what is one short is named.
  @Test
  void floorsAreMetExactly() {
    // 2t > n + n_C: 8 > 4 + 3 and not 8 > 4 + 4; n_C + h <= t: 2 + 2 <= 4 and not 2 + 3
    assertThat(floors(2, 2).objection(four.manifest(4), four.name(0), key(0))).isEmpty();
    assertThat(floors(4, 2).objection(four.manifest(4), four.name(0), key(0)).orElseThrow())
        .hasToString(
            "coordinator broke MAJORITY: 2t > n + n_C needs t >= 5 (n = 4, n_C = 4), got t = 4");
    assertThat(floors(2, 3).objection(four.manifest(4), four.name(0), key(0)).orElseThrow())
        .hasToString(
            "coordinator broke HONEST_FLOOR: n_C + h <= t needs t >= 5 (n_C = 2, h = 3), got t = 4");
    SitePolicy just =
        new SitePolicy(
            four.roster(),
            Federation.COORDINATOR.identity(),
            0,
            2,
            30,
            10.0,
            false,
            Signatures.ML_DSA);
    assertThat(just.objection(four.manifest(3), four.name(0), key(0))).isEmpty();
  }

  @Test
  void aPolicyProtectsAtLeastTwoHonestSites() {
    for (int honest : new int[] {1, 0, -1}) {
      assertThatThrownBy(() -> floors(0, honest))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a sum must cover at least 2 honest sites, got %d", honest);
    }
    assertThatThrownBy(() -> floors(-1, 2)).hasMessageContaining("colluding");
    Identity coordinator = Federation.COORDINATOR.identity();
    for (double clip : new double[] {0, -1, Double.NaN}) {
      assertThatThrownBy(
              () ->
                  new SitePolicy(
                      four.roster(), coordinator, 0, 2, 1, clip, false, Signatures.ML_DSA))
          .hasMessageContaining("must be positive");
    }
    assertThatThrownBy(
            () -> new SitePolicy(four.roster(), coordinator, 0, 2, 0, 1, false, Signatures.ML_DSA))
        .hasMessageContaining("must be positive");
    assertThat(
            new SitePolicy(four.roster(), coordinator, 0, 2, 1, 1e-9, false, Signatures.ML_DSA)
                .maxLength())
        .isEqualTo(1);
  }

  @Test
  void refusesACohortOutsideTheRosterAndAPlaceUnderAnotherKey() {
    Map<String, Identity> three = new TreeMap<>();
    four.names().subList(0, 3).forEach(name -> three.put(name, four.key(name).identity()));
    SitePolicy policy =
        SitePolicy.floors(new Roster(three), Federation.COORDINATOR.identity(), 0, 2);
    assertThat(rule(policy, four.manifest(3))).isEqualTo(Rule.COHORT_IN_ROSTER);
    assertThat(four.policy().objection(four.manifest(3), four.name(0), key(1)).orElseThrow().rule())
        .isEqualTo(Rule.OWN_PLACE);
  }

  @Test
  void refusesLongVectorsHugeClipsAndVisibleWeights() {
    SitePolicy tight =
        new SitePolicy(
            four.roster(),
            Federation.COORDINATOR.identity(),
            0,
            2,
            29,
            1e30,
            false,
            Signatures.ML_DSA);
    assertThat(rule(tight, four.manifest(3))).isEqualTo(Rule.VECTOR_LENGTH);
    SitePolicy narrow =
        new SitePolicy(
            four.roster(),
            Federation.COORDINATOR.identity(),
            0,
            2,
            30,
            9.0,
            false,
            Signatures.ML_DSA);
    assertThat(rule(narrow, four.manifest(3))).isEqualTo(Rule.CLIP);
    assertThat(rule(floors(0, 2), four.manifest(3, Federation.SMALL, new Weights.Total(10))))
        .isEqualTo(Rule.WEIGHTS);
  }

  @Test
  void beginsOnlyUnderThePolicysCoordinator() {
    RoundManifest manifest = four.manifest(3);
    assertThat(begin(SignedManifest.sign(manifest, IdentityKey.generate())))
        .isEqualTo(Rule.MANIFEST_SIGNATURE);
    byte[] bent = SignedManifest.sign(manifest, Federation.COORDINATOR).signature().toArray();
    bent[bent.length / 3] ^= 1;
    assertThat(begin(new SignedManifest(manifest, Bytes.of(bent))))
        .isEqualTo(Rule.MANIFEST_SIGNATURE);
  }

  @Test
  void aCohortHasThreeSitesInOrderAndAThresholdWithin() {
    assertThatThrownBy(() -> new Federation(2).manifest(2)).hasMessageContaining("3..200");
    assertThatThrownBy(() -> four.manifest(5)).hasMessageContaining("1..4 (cohort size), got 5");
    RoundManifest m = four.manifest(3);
    assertThatThrownBy(
            () ->
                new RoundManifest(
                    m.study(),
                    m.round(),
                    m.purpose(),
                    m.model(),
                    m.config(),
                    List.of("b", "a", "a"),
                    3,
                    m.vector(),
                    m.weights(),
                    m.nonce(),
                    1,
                    2,
                    m.signatures()))
        .hasMessageContaining("ascending");
  }

  @Test
  void manifestsReadBackAsTheyWereWritten() throws Exception {
    for (Weights weights :
        List.of(new Weights.Equal(), new Weights.FixedDenominator(10, 70), new Weights.Total(9))) {
      RoundManifest manifest = four.manifest(3, Federation.SMALL, weights);
      assertThat(RoundManifest.decode(manifest.encoded())).isEqualTo(manifest);
      SignedManifest signed = SignedManifest.sign(manifest, Federation.COORDINATOR);
      assertThat(SignedManifest.decode(signed.encoded())).isEqualTo(signed);
    }
  }

  @Test
  void laneBitsHoldTheSumOfAllSitesAtTheirMaximum() {
    // 2 n Q = 2 * 4 * 1000 = 8000 < 2^13
    Layout layout =
        four.manifest(3, VectorSpec.of(new Segment.Exact("x", 5, 1000, true)), new Weights.Equal())
            .layout();
    assertThat(layout.bits()).isEqualTo(13);
    assertThat(layout.lift(4000)).isEqualTo(4000);
    assertThat(layout.lift((1 << 13) - 4000)).isEqualTo(-4000);
    // the weight's maximum counts as a Q where it travels
    assertThat(
            four.manifest(
                    3, VectorSpec.of(new Segment.Exact("x", 5, 10, true)), new Weights.Total(1000))
                .layout())
        .isEqualTo(new Layout(6, 13));
  }

  private SitePolicy floors(int colluding, int honest) {
    return SitePolicy.floors(four.roster(), Federation.COORDINATOR.identity(), colluding, honest);
  }

  private Rule rule(SitePolicy policy, RoundManifest manifest) {
    return policy.objection(manifest, four.name(0), key(0)).orElseThrow().rule();
  }

  private Identity key(int member) {
    return four.key(four.name(member)).identity();
  }

  private Rule begin(SignedManifest signed) {
    Step<?> step =
        SiteRound.begin(
            four.policy(),
            four.name(0),
            four.key(four.name(0)),
            signed,
            Federation.SCOPE,
            Descent.FIRST,
            new Journal(),
            new SeededRandom(1));
    assertThat(step).isInstanceOf(Step.Refused.class);
    return ((Step.Refused<?>) step).fault().rule();
  }
}

package dev.caisson.airlock.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.airlock.attack.GapAttack;
import dev.caisson.airlock.attack.LossAttack;
import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.rows.RowScanCount;
import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.RankSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FederatedEvidenceTest {
  private final FederatedAuditPlan plan = FederatedAuditPlan.forClassifier(Task.BINARY);

  @Test
  void oneSiteGivesTheFiguresOfItsScores() throws InconsistentSumsException {
    Random random = new Random(2);
    Predictions members = people(random, 400, 0.8);
    Predictions heldOut = people(random, 150, 0.2);
    FederatedEvidence evidence =
        FederatedEvidence.from(plan, evidence(members, heldOut).values(), 1);
    LossAttack loss = new LossAttack();
    Auc direct = Auc.of(RankSum.of(loss.scores(members), loss.scores(heldOut)));
    assertThat(evidence.loss().auc().value()).isEqualTo(direct.value());
    // variances travel in units of 1/4 (100,000 persons): relative error under 1e-6 here
    assertThat(evidence.loss().auc().p()).isCloseTo(direct.p(), within(1e-6));
    assertThat(evidence.loss().auc().interval().lower())
        .isCloseTo(direct.interval().lower(), within(1e-6));
    Auc gap = Auc.of(RankSum.of(new GapAttack().scores(members), new GapAttack().scores(heldOut)));
    assertThat(evidence.attacks().get(1).auc().value()).isEqualTo(gap.value());
    assertThat(evidence.members()).isEqualTo(400);
    assertThat(evidence.heldOut()).isEqualTo(150);
    double mean = 0;
    for (int i = 0; i < 400; i++) {
      mean += members.loss(i) / 400;
    }
    assertThat(evidence.memberLoss())
        .isCloseTo(mean, within(0x1p-17)); // half a unit of the sum's terms
  }

  @Test
  void sumsOverSitesCompareOnlyPeopleOfOneSite() throws InconsistentSumsException {
    // each site alone: no leak; the site with the larger scores holds out fewer. Pooled scores
    // would show
    // a leak that is only the difference between sites.
    Random random = new Random(3);
    List<Predictions> members = new ArrayList<>();
    List<Predictions> heldOut = new ArrayList<>();
    double[] level = {2.5, -2.5};
    int[] memberCount = {900, 100};
    int[] heldOutCount = {100, 900};
    double u = 0;
    double pairs = 0;
    for (int site = 0; site < 2; site++) {
      members.add(people(random, memberCount[site], level[site]));
      heldOut.add(people(random, heldOutCount[site], level[site]));
      RankSum one = ranks(members.get(site), heldOut.get(site));
      u += one.twiceU() / 2.0;
      pairs += one.pairs();
    }
    long[] sum =
        sum(
            evidence(members.get(0), heldOut.get(0)).values(),
            evidence(members.get(1), heldOut.get(1)).values());
    FederatedEvidence evidence = FederatedEvidence.from(plan, sum, 2);
    assertThat(evidence.loss().auc().value()).isEqualTo(u / pairs);
    assertThat(evidence.loss().auc().interval().contains(0.5)).isTrue();
    // the pooled histogram is confounded, which is why its ROC is not where the AUC comes from
    assertThat(evidence.roc().tprAt(0.2)).isGreaterThan(0.5);
  }

  @Test
  void pValuesOfExchangeableSidesAreHonest() {
    // 600 audits without any leak, two sites each. P(p <= .05) <= .05 up to the normal
    // approximation,
    // so the count is binomial(600, .05): mean 30, sd 5.3; over 53 has probability under 4e-5.
    Random random = new Random(4);
    int alarms = 0;
    for (int audit = 0; audit < 600; audit++) {
      long twiceU = 0;
      long pairs = 0;
      double variance = 0;
      for (int site = 0; site < 2; site++) {
        RankSum one = ranks(people(random, 60 + 40 * site, site), people(random, 30, site));
        twiceU += one.twiceU();
        pairs += one.pairs();
        variance += one.nullVariance();
      }
      alarms += Auc.ofSums(twiceU, pairs, variance, variance, 60).p() <= 0.05 ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(53);
  }

  @Test
  void everyEntryStaysWithinItsSegment() {
    Random random = new Random(5);
    long[] values = evidence(people(random, 50, 30), people(random, 40, -30)).values();
    int at = 0;
    for (Segment segment : plan.segments()) {
      for (int i = 0; i < segment.length(); i++, at++) {
        assertThat(values[at]).as(segment.name()).isBetween(0L, segment.maxValue());
      }
    }
    assertThat(at).isEqualTo(values.length).isEqualTo(plan.length());
  }

  @Test
  void worstCaseCountsFitTheSegments() {
    FederatedAuditPlan small = new FederatedAuditPlan(Task.BINARY, BinEdges.forLogOdds(), 10, 3);
    Predictions high =
        new Predictions(Task.BINARY, 1, new float[] {900, 900, 900}, new float[] {1, 1, 0});
    Predictions low =
        new Predictions(Task.BINARY, 1, new float[] {-900, 5, 900}, new float[] {1, 1, 1});
    assertThat(SiteEvidence.of(small, high, low, new RowScanCount(3, 0, 3, 3)).values())
        .hasSize(small.length());
    for (int persons : new int[] {1, 1000, 1_000_000}) {
      new FederatedAuditPlan(Task.BINARY, BinEdges.forLogOdds(), 10, persons).segments();
    }
  }

  @Test
  void refusesSumsThatNoHonestSitesCanMake() {
    Random random = new Random(6);
    long[] honest = evidence(people(random, 50, 0), people(random, 40, 0)).values();
    assertRefused(honest, "members", 51, "histogram of members");
    assertRefused(honest, "loss.twice-u", 2 * 50 * 40 + 1, "rank sum of loss");
    assertRefused(honest, "sites", 2, "sites");
    assertRefused(honest, "members.correct", 51, "more members correct");
    assertRefused(honest, "rows.hits", 51, "more rows hit");
    assertRefused(honest, "pairs", -1, "pairs");
    assertThatExceptionOfType(InconsistentSumsException.class)
        .isThrownBy(() -> FederatedEvidence.from(plan, new long[3], 1));
  }

  private void assertRefused(long[] honest, String segment, long value, String why) {
    long[] changed = honest.clone();
    int at = 0;
    for (Segment s : plan.segments()) {
      if (s.name().equals(segment)) {
        changed[at] = value;
      }
      at += s.length();
    }
    assertThatExceptionOfType(InconsistentSumsException.class)
        .isThrownBy(() -> FederatedEvidence.from(plan, changed, 1))
        .withMessageContaining(why);
  }

  @Test
  void sitesAndAirlockMustHoldTheSamePlan() {
    FederatedAuditPlan other =
        new FederatedAuditPlan(Task.BINARY, BinEdges.forLogOdds(), 11, 100_000);
    assertThat(other.digest()).isNotEqualTo(plan.digest());
    assertThat(FederatedAuditPlan.forClassifier(Task.BINARY).digest()).isEqualTo(plan.digest());
  }

  @Test
  void binsHoldTheirLowerEdge() {
    BinEdges edges = new BinEdges(List.of(-1.0, 0.0, 2.0));
    assertThat(edges.binOf(-5)).isZero();
    assertThat(edges.binOf(-1)).isEqualTo(1);
    assertThat(edges.binOf(1.99)).isEqualTo(2);
    assertThat(edges.binOf(2)).isEqualTo(3);
    assertThat(BinEdges.forLogOdds().bins()).isEqualTo(200);
    assertThat(BinEdges.forSquaredError(1).bins()).isEqualTo(200);
    assertThatIllegalArgumentException().isThrownBy(() -> new BinEdges(List.of(1.0, 1.0)));
  }

  @Test
  void regressionHasNoGapAttack() throws InconsistentSumsException {
    FederatedAuditPlan regression =
        new FederatedAuditPlan(Task.REGRESSION, BinEdges.forSquaredError(1), 10, 1000);
    Predictions some = new Predictions(Task.REGRESSION, 1, new float[] {1, 2}, new float[] {1, 3});
    SiteEvidence evidence = SiteEvidence.of(regression, some, some, new RowScanCount(2, 0, 0, 0));
    FederatedEvidence summed = FederatedEvidence.from(regression, evidence.values(), 1);
    assertThat(summed.attacks()).extracting(AttackResult::name).containsExactly("loss");
    assertThat(summed.accuracy()).isEmpty();
    assertThat(summed.loss().auc().value()).isEqualTo(0.5);
  }

  private static RankSum ranks(Predictions members, Predictions heldOut) {
    LossAttack loss = new LossAttack();
    return RankSum.of(loss.scores(members), loss.scores(heldOut));
  }

  private SiteEvidence evidence(Predictions members, Predictions heldOut) {
    return SiteEvidence.of(plan, members, heldOut, new RowScanCount(members.rows(), 0, 0, 0));
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = new long[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }

  /// People whose phi is normal around `level`; half have label 1.
  static Predictions people(Random random, int count, double level) {
    float[] logits = new float[count];
    float[] labels = new float[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
      double phi = level + random.nextGaussian();
      logits[i] = (float) (labels[i] == 1 ? phi : -phi);
    }
    return new Predictions(Task.BINARY, 1, logits, labels);
  }
}

package dev.caisson.airlock.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The project's golden values (airlock-golden.json names their source). Tolerances are half a unit
/// of the last digit given there.
class GoldenTest {
  private final JsonNode golden = read("airlock-golden.json");

  @Test
  void nullDeviationAndOneSidedPValueMatch() {
    for (JsonNode row : golden.get("aucNull")) {
      long m = row.get("members").asLong();
      long n = row.get("nonMembers").asLong();
      double nullVariance = (double) m * n * (m + n + 1) / 12;
      long twiceU = Math.round(2 * m * n * row.get("auc").asDouble());
      Auc auc = Auc.ofSums(twiceU, m * n, nullVariance, nullVariance, n);
      assertThat(auc.nullSd()).isCloseTo(row.get("sd").asDouble(), within(5e-7));
      // twice U is whole, so the AUC asked for is met within 1/(4mn) < 4e-6; times a density <
      // 16/sd
      assertThat(auc.p()).isCloseTo(row.get("p").asDouble(), within(1.5e-5));
    }
  }

  @Test
  void untiedRankSumHasTheGoldenNullVariance() {
    double[] members = new double[100];
    double[] others = new double[100];
    for (int i = 0; i < 100; i++) {
      members[i] = 2 * i;
      others[i] = 2 * i + 1;
    }
    RankSum ranks = RankSum.of(members, others);
    assertThat(Math.sqrt(ranks.nullVariance()) / ranks.pairs()).isCloseTo(0.040927, within(5e-7));
  }

  @Test
  void smallRocMatchesStepwise() {
    JsonNode small = golden.get("smallRoc");
    List<Double> members = new ArrayList<>();
    List<Double> others = new ArrayList<>();
    for (int i = 0; i < small.get("y").size(); i++) {
      (small.get("y").get(i).asInt() == 1 ? members : others)
          .add(small.get("score").get(i).asDouble());
    }
    double[] in = members.stream().mapToDouble(Double::doubleValue).toArray();
    double[] out = others.stream().mapToDouble(Double::doubleValue).toArray();
    Roc roc = Roc.ofScores(in, out);
    assertThat(RankSum.of(in, out).auc()).isCloseTo(small.get("auc").asDouble(), within(1e-15));
    assertThat(roc.tprAt(0)).isCloseTo(small.get("tprAtFpr0").asDouble(), within(1e-15));
    assertThat(roc.tprAt(0.40)).isCloseTo(small.get("tprAtFpr40").asDouble(), within(1e-15));
    assertThat(roc.advantage()).isCloseTo(small.get("advantageMax").asDouble(), within(1e-15));
    Roc.Point half = new Roc.Point(1, 2); // scores of at least .5
    assertThat(roc.points()).contains(half);
    assertThat(half.truePositives() / 3.0).isEqualTo(small.get("tprAtHalf").asDouble());
    assertThat(half.falsePositives() / 3.0).isEqualTo(small.get("fprAtHalf").asDouble());
  }

  @Test
  void zeroFalsePositivesBoundTheRate() {
    for (JsonNode row : golden.get("zeroFalsePositiveUpper95")) {
      assertThat(ClopperPearson.upperBound(0, row.get("n").asLong(), 0.95))
          .isCloseTo(row.get("upper").asDouble(), within(5e-6));
    }
  }

  @Test
  void clopperPearsonLogRatiosMatch() {
    for (JsonNode row : golden.get("clopperPearsonLogRatio").get("rows")) {
      double lower = ClopperPearson.interval(row.get("tp").asLong(), 1000, 0.95).lower();
      double upper = ClopperPearson.interval(row.get("fp").asLong(), 1000, 0.95).upper();
      assertThat(Math.log(lower / upper)).isCloseTo(row.get("value").asDouble(), within(5e-5));
    }
  }

  @Test
  void smallestDetectableAucsAreTheDesigns() {
    assertThat(detectable(100)).isCloseTo(0.60, within(0.005));
    assertThat(detectable(300)).isCloseTo(0.56, within(0.005));
    assertThat(detectable(1000)).isCloseTo(0.53, within(0.005));
  }

  private static double detectable(long side) {
    double variance = (double) side * side * (2 * side + 1) / 12;
    return Auc.ofSums(side * side, side * side, variance, variance, side).smallestDetectable();
  }

  static JsonNode read(String name) {
    try (InputStream in = GoldenTest.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(name + " is a test resource", e);
    }
  }
}

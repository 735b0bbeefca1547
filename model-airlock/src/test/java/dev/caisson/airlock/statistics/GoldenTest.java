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
      Power power = new Power(row.get("members").asLong(), row.get("nonMembers").asLong());
      assertThat(power.nullSd()).isCloseTo(row.get("sd").asDouble(), within(5e-7));
      assertThat(power.p(row.get("auc").asDouble()))
          .isCloseTo(row.get("p").asDouble(), within(5e-7));
    }
    // the same from counts, where the AUC is one that counts can have: U = 6,000 of 10,000
    double nullVariance = 100 * 100 * 201 / 12.0;
    Auc auc = Auc.ofSums(12_000, 10_000, nullVariance, nullVariance, 100);
    assertThat(auc.nullSd()).isCloseTo(0.040927, within(5e-7));
    assertThat(auc.p()).isCloseTo(0.007275, within(5e-7));
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
    Accusations accused = new Accusations(2, 3, 1, 3);
    assertThat(accused.tpr()).isEqualTo(small.get("tprAtHalf").asDouble());
    assertThat(accused.fpr()).isEqualTo(small.get("fprAtHalf").asDouble());
    assertThat(accused.advantage().value())
        .isCloseTo(small.get("advantageAtHalf").asDouble(), within(1e-15));
  }

  @Test
  void zeroFalsePositivesBoundTheRate() {
    for (JsonNode row : golden.get("zeroFalsePositiveUpper95")) {
      assertThat(ClopperPearson.upperBound(0, row.get("n").asLong(), 0.95))
          .isCloseTo(row.get("upper").asDouble(), within(5e-6));
      assertThat(new Power(1, row.get("n").asLong()).zeroFalsePositiveBound())
          .isCloseTo(row.get("upper").asDouble(), within(5e-6));
    }
  }

  @Test
  void clopperPearsonLogRatiosMatch() {
    for (JsonNode row : golden.get("clopperPearsonLogRatio").get("rows")) {
      long tp = row.get("tp").asLong();
      long fp = row.get("fp").asLong();
      assertThat(new Accusations(tp, 1000, fp, 1000).logRatio(0))
          .isCloseTo(row.get("value").asDouble(), within(5e-5));
      // acquitting mirrors accusing: what is true of members there is true of non-members here
      assertThat(new Accusations(1000 - fp, 1000, 1000 - tp, 1000).mirroredLogRatio(0))
          .isCloseTo(row.get("value").asDouble(), within(5e-5));
    }
  }

  @Test
  void oneRunAuditsMatch() {
    for (JsonNode row : golden.get("oneRunAudit").get("rows")) {
      OneRunAudit audit =
          new OneRunAudit(
              row.get("m").asInt(),
              row.get("guesses").asInt(),
              row.get("correct").asInt(),
              row.get("delta").asDouble());
      assertThat(audit.epsilon()).isCloseTo(row.get("eps").asDouble(), within(5e-5));
    }
  }

  @Test
  void exposuresMatch() {
    JsonNode exposure = golden.get("exposure");
    double[] others = new double[exposure.get("referencePerplexities").size()];
    for (int i = 0; i < others.length; i++) {
      others[i] = exposure.get("referencePerplexities").get(i).asDouble();
    }
    for (JsonNode row : exposure.get("rows")) {
      assertThat(Exposure.of(row.get("canary").asDouble(), others))
          .isEqualTo(row.get("exposure").asDouble());
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
    double found =
        Auc.ofSums(side * side, side * side, variance, variance, side).smallestDetectable();
    assertThat(new Power(side, side).smallestDetectableAuc()).isCloseTo(found, within(1e-12));
    return found;
  }

  static JsonNode read(String name) {
    try (InputStream in = GoldenTest.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(name + " is a test resource", e);
    }
  }
}

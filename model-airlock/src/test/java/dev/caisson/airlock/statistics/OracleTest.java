package dev.caisson.airlock.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// Against SciPy and scikit-learn (oracle.json, made by oracle.py beside it). Tolerances are
/// rounding of doubles over a few thousand operations, except where an inverse is found by
/// iteration.
class OracleTest {
  private final JsonNode oracle = GoldenTest.read("oracle.json");

  @Test
  void rankSumsWithTiesMatchSciPy() {
    for (JsonNode row : oracle.get("rankSums")) {
      RankSum ranks = RankSum.of(numbers(row.get("members")), numbers(row.get("nonMembers")));
      assertThat(ranks.twiceU() / 2.0).isEqualTo(row.get("u").asDouble());
      assertThat(ranks.auc()).isCloseTo(row.get("auc").asDouble(), within(1e-12));
      assertThat(ranks.variance()).isCloseTo(row.get("variance").asDouble(), within(1e-6));
      assertThat(Auc.of(ranks).p()).isCloseTo(row.get("p").asDouble(), within(1e-10));
    }
  }

  @Test
  void clopperPearsonMatchesSciPy() {
    for (JsonNode row : oracle.get("clopperPearson")) {
      Interval interval =
          ClopperPearson.interval(row.get("k").asLong(), row.get("n").asLong(), 0.95);
      assertThat(interval.lower()).isCloseTo(row.get("lower").asDouble(), within(1e-9));
      assertThat(interval.upper()).isCloseTo(row.get("upper").asDouble(), within(1e-9));
    }
  }

  @Test
  void rateDifferencesMatchNewcombe() {
    for (JsonNode row : oracle.get("newcombe")) {
      Difference difference =
          Difference.ofRates(
              row.get("a").asLong(),
              row.get("m").asLong(),
              row.get("b").asLong(),
              row.get("n").asLong());
      assertThat(difference.interval().lower())
          .isCloseTo(row.get("lower").asDouble(), within(1e-9));
      assertThat(difference.interval().upper())
          .isCloseTo(row.get("upper").asDouble(), within(1e-9));
    }
    // Newcombe 1998, table II, case (a), method 10: 56/70 - 48/80
    Interval published = Difference.ofRates(56, 70, 48, 80).interval();
    assertThat(published.lower()).isCloseTo(0.0524, within(5e-5));
    assertThat(published.upper()).isCloseTo(0.3339, within(5e-5));
  }

  @Test
  void perfectSeparationStillHasAnInterval() {
    Auc auc = Auc.of(RankSum.of(new double[] {3, 4, 5}, new double[] {0, 1, 2}));
    assertThat(auc.value()).isEqualTo(1);
    // all of 3 successes, two-sided: .025^(1/3)
    assertThat(auc.interval().lower()).isCloseTo(Math.cbrt(0.025), offset(1e-9));
    assertThat(auc.interval().upper()).isEqualTo(1);
  }

  @Test
  void constantScoresAreExactlyGuessing() {
    Auc auc = Auc.of(RankSum.of(new double[] {1, 1, 1}, new double[] {1, 1}));
    assertThat(auc.value()).isEqualTo(0.5);
    assertThat(auc.p()).isEqualTo(1);
  }

  @Test
  void refusesScoresThatAreNoNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankSum.of(new double[] {Double.NaN}, new double[] {1}))
        .withMessageContaining("not finite");
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}

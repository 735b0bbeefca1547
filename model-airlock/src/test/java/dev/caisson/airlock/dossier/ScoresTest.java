package dev.caisson.airlock.dossier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.airlock.statistics.Roc;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScoresTest {
  @Test
  void binsKeepEveryRateOfTheTopExactly() {
    Random random = new Random(5);
    double[] members = random.doubles(20_000).map(u -> -Math.log(u) * 3 - 4).toArray();
    double[] others = random.doubles(10_000).map(u -> -Math.log(u) * 2.5 - 4).toArray();
    Scores scores = Scores.of("phi", members, others);
    assertThat(scores.members()).hasSizeLessThanOrEqualTo(200);
    Roc exact = Roc.ofScores(members, others);
    // 10 of 10,000 non-members: within one step of the fine bins there; 100 and 1,000: of 8%
    for (double rate : new double[] {0.001, 0.01, 0.1}) {
      Roc.Point binned = scores.roc().at(rate);
      assertThat((double) binned.falsePositives() / others.length).isBetween(rate * 0.85, rate);
      // the same threshold gives the same counts, so the binned point lies on the exact curve
      assertThat(exact.points()).contains(binned);
    }
    assertThat(scores.roc().at(0.0).truePositives()).isEqualTo(exact.at(0.0).truePositives());
    assertThat(scores.roc().members()).isEqualTo(20_000);
    assertThat(scores.roc().nonMembers()).isEqualTo(10_000);
  }

  @Test
  void noEdgeIsAPersonsOwnScore() {
    Random random = new Random(6);
    double[] members = random.doubles(500, -3, 9).toArray();
    double[] others = random.doubles(400, -3, 8).toArray();
    Scores scores = Scores.of("phi", members, others);
    for (double edge : scores.edges()) {
      assertThat(Arrays.stream(members).anyMatch(score -> score == edge)).isFalse();
      assertThat(Arrays.stream(others).anyMatch(score -> score == edge)).isFalse();
    }
    assertThat(scores.edges()).contains(0.0); // right from wrong
  }

  @Test
  void copesWithTiesConstantsOutliersAndOnePersonASide() {
    assertThat(Scores.of("phi", new double[] {2, 2}, new double[] {2}).edges()).isEmpty();
    Scores two = Scores.of("phi", new double[] {1, 0, 1}, new double[] {0, 0, 1});
    assertThat(two.roc().points())
        .containsExactly(new Roc.Point(0, 0), new Roc.Point(1, 2), new Roc.Point(3, 3));
    double[] far = {-1e300, 1, 2, 3, 1e300};
    Scores wide = Scores.of("phi", far, new double[] {0});
    assertThat(wide.members().stream().mapToLong(Long::longValue).sum()).isEqualTo(5);
    for (Scores each :
        new Scores[] {Scores.of("phi", new double[] {2, 2}, new double[] {2}), two, wide}) {
      assertThat(new ScorePlot(each).svg()).doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  void refusesScoresThatAreNoNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scores.of("phi", new double[] {Double.NaN}, new double[] {1}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scores.of("phi", new double[] {}, new double[] {1}));
  }

  @Test
  void anEdgeIsTheShortestDecimalBetween() {
    assertThat(ScoreEdges.shortest(1.2345678, 1.2399)).isEqualTo(1.239);
    assertThat(ScoreEdges.shortest(-0.3, 0.2)).isEqualTo(0.0);
    assertThat(ScoreEdges.shortest(17.03, 17.5)).isEqualTo(17.5);
    assertThat(ScoreEdges.shortest(1.0, Math.nextUp(1.0))).isEqualTo(Math.nextUp(1.0));
    assertThat(ScoreEdges.shortest(-2.91, -2.9)).isCloseTo(-2.9, within(1e-12));
  }
}

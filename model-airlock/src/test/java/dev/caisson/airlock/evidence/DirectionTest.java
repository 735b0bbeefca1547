package dev.caisson.airlock.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.RankSum;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DirectionTest {
  @Test
  void membersWhoRankBelowStrangersAreAFinding() {
    Check check = Direction.check("loss", auc(0, 40));
    assertThat(check.status()).isEqualTo(Status.WARN);
    assertThat(check.name()).isEqualTo("evidence.direction");
    assertThat(check.why()).startsWith("loss: AUC 0.").contains("members rank below non-members");
  }

  @Test
  void membersWhoRankAboveOrAmongThemAreNotAFindingHere() {
    assertThat(Direction.check("loss", auc(40, 0)).status()).isEqualTo(Status.PASS);
    assertThat(Direction.check("loss", auc(0, 1)).status()).isEqualTo(Status.PASS);
  }

  private static Auc auc(int members, int others) {
    return Auc.of(
        RankSum.of(
            IntStream.range(members, members + 100).asDoubleStream().toArray(),
            IntStream.range(others, others + 100).asDoubleStream().toArray()));
  }
}

package dev.caisson.secagg.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RogueGame;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.Rule;
import org.junit.jupiter.api.Test;

/// Both ends of a pair confirm its seed; whose confirmations differ is not summed.
final class ConfirmationsTest {
  @Test
  void whoConfirmsOtherPairSeedsThanAllOthersIsLeftOutAndNamed() throws Exception {
    RogueGame game = new RogueGame(4, 1, Lie.CONFIRMATIONS).toShares().masks().rogueUploads();
    SumResult sum = game.play.toAnswers().sum();
    assertThat(sum.survivors()).doesNotContain(game.rogue.name()).hasSize(3);
    assertThat(sum.aggregate().exactSum("x")).containsExactly(10 + 12 + 13);
    assertThat(sum.faults())
        .containsExactly(
            new Fault(
                Rule.CONFIRMATION,
                game.rogue.name(),
                "its pair seeds differ from those of [site-000, site-002, site-003]"));
  }
}

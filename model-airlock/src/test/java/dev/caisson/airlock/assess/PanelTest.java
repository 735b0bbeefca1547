package dev.caisson.airlock.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.attack.Simulated;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The attacks as an assessment runs them, one after another on the same people.
final class PanelTest {
  /// 100 models that saw neither side, and sides of one population. If P(p <= alpha) <= alpha, one
  /// attack is significant at 5% in more than 15 of 100 with a chance under 4e-5: under 3e-4 for
  /// all six. That each attack by itself keeps it more closely, `AttacksTest` shows.
  @Test
  void exchangeableSidesAreRarelySignificantToAnyAttack() {
    Map<String, Integer> alarms = new TreeMap<>();
    for (int run = 0; run < 100; run++) {
      List<Panel.Outcome> outcomes =
          Panel.run(
              Simulated.smooth(70, 60, 40_000 + run),
              List.of(Simulated.CATEGORY),
              run,
              new Phases((_, _) -> {}));
      assertThat(outcomes).hasSize(6);
      for (Panel.Outcome outcome : outcomes) {
        if (outcome instanceof Panel.Outcome.Ran ran) {
          alarms.merge(ran.attack().name(), ran.figures().auc().p() <= 0.05 ? 1 : 0, Integer::sum);
        }
      }
    }
    assertThat(alarms)
        .hasSize(6)
        .allSatisfy((attack, count) -> assertThat(count).as(attack).isLessThanOrEqualTo(15));
  }
}

package dev.caisson.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class TextTableTest {
  @Test
  void firstColumnIsFlushLeftAndTheOthersFlushRight() {
    assertThat(
            new TextTable("model", "persons", "AUC")
                .row("federated", "3352", ".741")
                .row("north alone", "1204", ".7")
                .toString())
        .isEqualTo(
            """
            model        persons   AUC
            --------------------------
            federated       3352  .741
            north alone     1204    .7""");
  }

  @Test
  void refusesARowOfAnotherWidth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextTable("a", "b").row("1"))
        .withMessageContaining("2 columns");
  }
}

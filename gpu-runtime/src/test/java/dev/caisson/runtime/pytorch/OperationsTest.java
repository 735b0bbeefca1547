package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.shape.EveryRule;
import org.junit.jupiter.api.Test;

class OperationsTest {
  /// A rule without an operation would promise what no engine does; an operation without a rule
  /// could never be reached.
  @Test
  void operationsAndRulesOfShapesAreTheSame() {
    assertThat(Operations.names()).isEqualTo(EveryRule.operations());
  }
}

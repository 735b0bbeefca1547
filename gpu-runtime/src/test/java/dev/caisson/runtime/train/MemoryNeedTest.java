package dev.caisson.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.device.Demand;
import dev.caisson.runtime.device.EngineKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
  private static Demand of(int hidden, int batch) throws Exception {
    return of(EngineKind.PYTORCH, hidden, batch);
  }

  private static Demand of(EngineKind engine, int hidden, int batch) throws Exception {
    return MemoryNeed.of(
        engine,
        ModelSpec.mlp(8, List.of(hidden), 1, 1).build(),
        new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.1, batch));
  }

  @Test
  void aSmallModelAsksForTheLeastThatAnAllocatorTakes() throws Exception {
    assertThat(of(4, 32)).isEqualTo(Demand.exactly(256L << 20));
  }

  /// A hidden layer of 4,096 keeps 2 numbers a unit and row, each 4 times in 4 bytes: 128 GiB.
  @Test
  void aVastBatchAsksForRoomForItAndCanDoWithThatForTwoRows() throws Exception {
    Demand demand = of(4096, 1 << 20);
    assertThat(demand.least()).isEqualTo(256L << 20);
    assertThat(demand.most()).isGreaterThan(128L << 30).isLessThan(256L << 30);
  }

  @Test
  void dl4jTakesABatchWholeOrNotAtAll() throws Exception {
    assertThat(of(EngineKind.DL4J, 4096, 1 << 20))
        .isEqualTo(Demand.exactly(of(4096, 1 << 20).most()));
  }
}

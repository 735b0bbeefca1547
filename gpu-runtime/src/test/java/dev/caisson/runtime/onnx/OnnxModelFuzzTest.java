package dev.caisson.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.ModelSpec;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OnnxModelFuzzTest {
  private static final int MUTANTS = 20_000;

  /// The first refusals load classes, which is counted to the thread.
  private static final int WARM_UP = 500;

  /// Reading costs a few copies of the file and an object per field; these files have about 2 KB. A
  /// declared size that was believed would cost megabytes.
  private static final long ALLOCATION_BOUND = 1_000_000;

  @Test
  void everyMutantIsReadOrRefusedWithinBoundedMemory() throws Exception {
    byte[][] seeds = {
      Protos.linear(),
      new ModelSpec(5, List.of(6, 4), 2, Activation.TANH, 0.1, 1).build().bytes(),
      ModelSpec.logistic(3, 1, 2).build().bytes()
    };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (byte[] seed : seeds) {
      OnnxModel.parse(seed);
    }
    Random random = new Random(20260101);
    int read = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(seeds[i % seeds.length], random);
      long before = threads.getCurrentThreadAllocatedBytes();
      Optional<OnnxModel> model = parse(mutant);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      if (i >= WARM_UP) {
        assertThat(allocated).isLessThan(ALLOCATION_BOUND);
      }
      if (model.isPresent()) {
        read++;
        assertThat(model.get().withVector(model.get().initialVector()).bytes()).isEqualTo(mutant);
      }
    }
    assertThat(read).as("mutants that are still models").isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
  }

  /// Any other exception fails the test.
  private static Optional<OnnxModel> parse(byte[] mutant) {
    try {
      return Optional.of(OnnxModel.parse(mutant));
    } catch (InvalidModelException refused) {
      return Optional.empty();
    }
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    int edits = 1 + random.nextInt(4);
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) 0xFF;
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 4 -> {
          int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
          int from = random.nextInt(bytes.length - length + 1);
          System.arraycopy(seed, Math.min(from, seed.length - length), bytes, at, length);
        }
        default -> throw new AssertionError();
      }
    }
    return bytes;
  }
}

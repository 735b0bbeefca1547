package dev.caisson.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.ModelSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Mutants of small files of every kind: each is read or refused by an `InvalidModelException`, and
/// what is read can be written back. Work is bounded by what a mutant may allocate: every step of
/// the loader that could repeat allocates, but for one pass over the file's bytes. The timeout only
/// ends a run that hangs.
class OnnxModelFuzzTest {
  private static final int MUTANTS = Integer.getInteger("caisson.fuzz.mutants", 100_000);
  private static final int WITH_DATA_FILES = MUTANTS / 20;

  /// The first refusals load classes, which is counted to the thread.
  private static final int WARM_UP = 500;

  /// Reading costs a few copies of the file (its bytes, protobuf's, the records', and again for
  /// writing back), and an object or some of about 100 bytes for each protobuf field of 2 bytes or
  /// more; a refusal costs a message and a stack trace. A size that was believed would cost
  /// megabytes.
  private static final long BASE = 400_000;

  private static final long PER_BYTE = 150;

  @TempDir private Path folder;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Random random = new Random(20260101);
  private int read;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyMutantIsReadOrRefusedWithinBoundedMemory() throws Exception {
    List<byte[]> seeds = seeds();
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(seeds.get(i % seeds.size()));
      attempt(i, mutant, () -> OnnxModel.parse(mutant));
    }
    assertThat(read).as("mutants that are still models").isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyMutantWithADataFileIsReadOrRefusedWithinBoundedMemory() throws Exception {
    byte[] seed = Files.readAllBytes(fixture("traps/external-data.onnx"));
    int names = indexOf(seed, "external-data.onnx.data");
    Files.copy(fixture("traps/external-data.onnx.data"), folder.resolve("external-data.onnx.data"));
    Path file = folder.resolve("model.onnx");
    for (int i = 0; i < WITH_DATA_FILES; i++) {
      byte[] mutant = mutate(seed);
      if (i % 2 == 0 && mutant.length > names + 80) {
        mutant[names + random.nextInt(80)] =
            (byte) "0123456789./\0\u007f".charAt(random.nextInt(14));
      }
      Files.write(file, mutant);
      attempt(i, mutant, () -> OnnxModel.load(file));
    }
    assertThat(read)
        .as("mutants that are still models")
        .isBetween(WITH_DATA_FILES / 20, WITH_DATA_FILES * 19 / 20);
  }

  private interface Reading {
    OnnxModel read() throws IOException, InvalidModelException;
  }

  /// Any other exception fails the test.
  private void attempt(int i, byte[] mutant, Reading reading) throws IOException {
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      OnnxModel model = reading.read();
      assertThat(model.withVector(model.initialVector()).bytes()).isEqualTo(mutant);
      read++;
    } catch (InvalidModelException refused) {
      assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n");
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    if (i >= WARM_UP) {
      assertThat(allocated).isLessThan(BASE + PER_BYTE * mutant.length);
    }
  }

  /// Dense layers in both encodings, dropout, convolutions with statistics, a recurrent net put
  /// together from slices, attributes that hold tensors, ties, and two inputs.
  private static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(Protos.linear());
    seeds.add(new ModelSpec(5, List.of(6, 4), 2, Activation.TANH, 0.1, 1).build().bytes());
    seeds.add(ModelSpec.logistic(3, 1, 2).build().bytes());
    for (String name :
        List.of(
            "traps/torchscript-training",
            "traps/torchscript-batchnorm-folded",
            "traps/lstm-anonymous",
            "traps/batch-in-reshape",
            "traps/dropout-always-on",
            "tied-autoencoder/model",
            "two-inputs/model",
            "gru/model")) {
      seeds.add(Files.readAllBytes(fixture(name + ".onnx")));
    }
    return seeds;
  }

  private static Path fixture(String name) {
    return Path.of("src/test/resources/fixtures").resolve(name);
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  private byte[] mutate(byte[] seed) {
    byte[] bytes = seed.clone();
    int edits = 1 + random.nextInt(4);
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) 0xFF;
        case 3 -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, Math.max(1, at)) : bytes;
        case 4 -> {
          int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
          int from = random.nextInt(bytes.length - length + 1);
          System.arraycopy(seed, Math.min(from, seed.length - length), bytes, at, length);
        }
        case 5 -> {
          int length = Math.min(9, bytes.length - at);
          Arrays.fill(bytes, at, at + length, (byte) 0xFF);
          bytes[at + length - 1] = 0x7F;
        }
        default -> throw new AssertionError();
      }
    }
    return bytes;
  }
}

package dev.caisson.airlock.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.caisson.airlock.scan.ScanLimits;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A seeded mutator against the file scan. 100,000 files; `-Dcaisson.fuzz=N` for another number.
class FuzzTest {
  private static final int FILES = Integer.getInteger("caisson.fuzz", 100_000);

  /// Of all that one scan allocates over time, dead or alive; the seeds have at most 15 KB. The
  /// most seen is 2.9 MB; the JVM's own start of each kind of scan is not counted.
  private static final long MOST_ALLOCATED = 8L << 20;

  private final Random random = new Random(20);
  private final ModelFileScan scan = new ModelFileScan(ScanLimits.usual(), ArchiveLimits.usual());

  @Test
  void refusesMutatedFilesWithoutCrashHangOrSwelling() {
    byte[][] seeds = {
      Zips.resource("/dev/caisson/airlock/scan/sklearn-logistic.onnx"),
      Zips.resource("/dev/caisson/airlock/fixtures/tree-classifier-leaf-20.onnx"),
      Zips.resource("/dev/caisson/airlock/fixtures/one-hot-towns.onnx"),
      dl4j(),
      Zips.resource("torch-state.pt"),
      Zips.resource("torch-script.pt"),
    };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (byte[] seed : seeds) {
      scan.scan(seed);
      scan.scan(mutate(seed));
    }
    int blocked = 0;
    long most = 0;
    long slowest = 0;
    for (int i = 0; i < FILES; i++) {
      // the largest seed is scanned most slowly: one in twenty
      int kind = i % 20 == 0 ? 5 : i % 5;
      byte[] mutant = kind > 2 && random.nextBoolean() ? inside(seeds[kind]) : mutate(seeds[kind]);
      long before = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      ModelFileScan.Scanned scanned = scan.scan(mutant);
      slowest = Math.max(slowest, System.nanoTime() - start);
      most = Math.max(most, threads.getCurrentThreadAllocatedBytes() - before);
      assertThat(scanned.scan().findings()).isNotEmpty();
      blocked += scanned.scan().blocks() ? 1 : 0;
    }
    assertThat(blocked).isGreaterThan(FILES / 3);
    assertThat(most).isLessThan(MOST_ALLOCATED);
    assertThat(slowest).isLessThan(10_000_000_000L);
  }

  private static byte[] dl4j() {
    Map<String, byte[]> entries = Zips.dl4j();
    entries.put("updaterState.bin", Zips.array(1, 2, 3));
    entries.put("normalizer.bin", Zips.normalizer("STANDARDIZE", Zips.array(1), Zips.array(2)));
    return Zips.zip(entries);
  }

  /// One entry mutated and the archive made whole again, so that what lies behind the zip is
  /// reached.
  private byte[] inside(byte[] seed) {
    Map<String, byte[]> entries = Zips.unzip(seed);
    List<String> names = List.copyOf(entries.keySet());
    String name = names.get(random.nextInt(names.size()));
    if (random.nextBoolean()) {
      for (String each : names) {
        name = each.endsWith("data.pkl") || each.equals("coefficients.bin") ? each : name;
      }
    }
    entries.computeIfPresent(name, (n, content) -> mutate(content));
    return Zips.zip(entries);
  }

  /// Some bytes changed, often to values that lengths and opcodes make much of; sometimes a piece
  /// cut out, doubled, or moved.
  private byte[] mutate(byte[] seed) {
    byte[] mutant = seed.clone();
    if (mutant.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    byte[] telling = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff, 'c', 'R', 'b', 'Q', '(', 't', '.'};
    for (int flips = random.nextInt(6); flips >= 0; flips--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] = telling[random.nextInt(telling.length)];
        case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> Arrays.fill(mutant, at, Math.min(mutant.length, at + 4), (byte) 0xff);
        default -> mutant[at] = (byte) random.nextInt(256);
      }
    }
    int from = random.nextInt(mutant.length);
    int length = random.nextInt(Math.min(64, mutant.length - from) + 1);
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(mutant, from);
      case 1 -> joined(mutant, from, from + length); // cut out
      case 2 -> joined(mutant, from + length, from); // doubled
      default -> mutant;
    };
  }

  /// The bytes up to `end`, and those from `again` on.
  private static byte[] joined(byte[] bytes, int end, int again) {
    byte[] joined = Arrays.copyOf(bytes, end + bytes.length - again);
    System.arraycopy(bytes, again, joined, end, bytes.length - again);
    return joined;
  }
}

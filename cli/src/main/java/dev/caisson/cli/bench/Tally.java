package dev.caisson.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/// What each party's steps took. On a machine that is shared, processor time says more than time by
/// the clock: with one thread it is that thread's, with several the whole process's, the
/// collector's and the compiler's included, in steps of 10 ms.
final class Tally {
  /// Who did what: a site's figures are medians over the sites of its kind, the coordinator's are
  /// sums.
  enum Side {
    /// Verifies every signature itself, as sites do.
    SITE("a site"),
    /// Takes signatures that held once in this process on trust; see [SharedVerification].
    TRUSTING_SITE("a site, trusting"),
    COORDINATOR("coordinator");

    final String label;

    Side(String label) {
      this.label = label;
    }
  }

  /// One phase of one side.
  ///
  /// @param bytes that it sent
  /// @param heapMiB the most heap that the whole process, all sites in it, had in this phase
  record Row(Side side, String phase, double ms, double cpuMs, long bytes, double heapMiB) {}

  private record Key(Side side, String phase) {}

  private static final class Sample {
    private final List<Double> ms = new ArrayList<>();
    private final List<Double> cpuMs = new ArrayList<>();
    private final List<Long> bytes = new ArrayList<>();
    private double heapMiB;
    private double openMs;
    private double openCpuMs;
    private long openBytes;
  }

  private final Map<Key, Sample> samples = new LinkedHashMap<>();
  private final boolean ofThread;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final List<MemoryPoolMXBean> heap =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  Tally(int threads) {
    this.ofThread = threads == 1;
  }

  private long cpu() {
    return ofThread ? threads.getCurrentThreadCpuTime() : system.getProcessCpuTime();
  }

  /// Runs a part of a step; [#end] ends the step.
  <T> T measure(Side side, String phase, Callable<T> part) throws Exception {
    Sample sample = samples.computeIfAbsent(new Key(side, phase), _ -> new Sample());
    long cpu = cpu();
    long start = System.nanoTime();
    T result = part.call();
    sample.openMs += (System.nanoTime() - start) / 1e6;
    sample.openCpuMs += (cpu() - cpu) / 1e6;
    return result;
  }

  /// What a step sent.
  void sent(Side side, String phase, long bytes) {
    samples.computeIfAbsent(new Key(side, phase), _ -> new Sample()).openBytes += bytes;
  }

  /// One site, or the coordinator, is through with its step.
  void end(Side side, String phase) {
    Sample sample = samples.computeIfAbsent(new Key(side, phase), _ -> new Sample());
    sample.ms.add(sample.openMs);
    sample.cpuMs.add(sample.openCpuMs);
    sample.bytes.add(sample.openBytes);
    sample.openMs = 0;
    sample.openCpuMs = 0;
    sample.openBytes = 0;
    sample.heapMiB = Math.max(sample.heapMiB, heapMiB());
    heap.forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  private double heapMiB() {
    return heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() / 1048576.0;
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    samples.forEach(
        (key, sample) ->
            rows.add(
                new Row(
                    key.side,
                    key.phase,
                    median(sample.ms),
                    median(sample.cpuMs),
                    (long) median(sample.bytes.stream().map(Long::doubleValue).toList()),
                    sample.heapMiB)));
    return rows;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }
}

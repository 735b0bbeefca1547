package dev.caisson.runtime.train;

import com.sun.management.OperatingSystemMXBean;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.Placement;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Shapes;
import java.lang.management.ManagementFactory;

/// How an engine may use the machine.
///
/// @param threads threads inside one operation; results are bit-equal for equal thread counts only
/// @param bytes memory that the values of one training step may take together; a model and batch
///   size that need more are refused before they are tried
/// @param device what computes. On a GPU, equal runs are bit-equal for dense layers; convolutions,
///   recurrences and gathered gradients may differ in their last bits from run to run. Against the
///   processor, sums have another order and dropout other masks. Products are in full single
///   precision (no TF32) unless `NVIDIA_TF32_OVERRIDE` is set to 1
public record EngineOptions(int threads, long bytes, Device device) {
  /// One thread: right for small models, and the same everywhere.
  public static final EngineOptions DEFAULT = new EngineOptions(1);

  public EngineOptions {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads must be 1..1024, got " + threads);
    }
    if (bytes < 1 << 20) {
      throw new IllegalArgumentException(
          "an engine needs 1 MiB or more, got %d bytes".formatted(bytes));
    }
  }

  /// On the processor, with three quarters of the memory that this machine or container has, at
  /// least 1 GiB.
  public EngineOptions(int threads) {
    this(threads, Math.max(1L << 30, machineBytes() / 4 * 3));
  }

  /// Where a placement says, with the memory that it leased there; on the processor as usual.
  public static EngineOptions at(Placement place, int threads) {
    return switch (place.device()) {
      case Device.Cpu _ -> new EngineOptions(threads);
      case Device.Cuda cuda -> new EngineOptions(threads, place.lease().bytes(), cuda);
    };
  }

  /// On the processor.
  public EngineOptions(int threads, long bytes) {
    this(threads, bytes, Device.cpu());
  }

  private static long machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /// Refuses a graph whose values for one batch would take more memory than there may be.
  public void requireRoom(Shapes shapes, long rows) throws InvalidModelException {
    // A trainer is tried on two rows first.
    long batchSize = Math.max(rows, 2);
    long numbers = shapes.numbers(batchSize);
    if (numbers > bytes / Float.BYTES) {
      throw new InvalidModelException(
          "a step of %d rows keeps about %d MiB of values, the limit is %d MiB; use smaller batches"
              .formatted(batchSize, numbers / (1 << 18), bytes >> 20));
    }
  }
}

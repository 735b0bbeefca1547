package dev.caisson.runtime.device;

/// Where something computes, why there, and the memory that it holds there until this is closed.
///
/// @param reason in words, for a log
/// @param gpusSeen whether the host has GPUs, so that the choice is worth telling
public record Placement(Device device, String reason, boolean gpusSeen, Lease lease)
    implements AutoCloseable {
  @Override
  public void close() {
    lease.close();
  }

  @Override
  public String toString() {
    return "%s: %s".formatted(device, reason);
  }
}

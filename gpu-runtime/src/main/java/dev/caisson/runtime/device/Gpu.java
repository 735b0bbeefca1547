package dev.caisson.runtime.device;

/// An NVIDIA GPU as its driver describes it. Texts are cut and made printable: a driver's words are
/// not trusted.
///
/// @param uuid names the card itself, whatever its number is after the next start
/// @param freeBytes when it was asked; other processes change it at any time
/// @param mig whether it is split into instances (multi-instance GPU). Memory is then the whole
///   card's, which is more than an instance has
public record Gpu(
    Device.Cuda device,
    String uuid,
    String name,
    String busId,
    ComputeCapability capability,
    long totalBytes,
    long freeBytes,
    boolean mig) {
  /// More than any card has: 16 TiB.
  private static final long MOST = 1L << 44;

  public Gpu {
    uuid = Shown.of(uuid, 96);
    name = Shown.of(name, 96);
    busId = Shown.of(busId, 32);
    if (totalBytes < 0 || totalBytes > MOST || freeBytes < 0 || freeBytes > totalBytes) {
      throw new IllegalArgumentException(
          "%s: %d bytes of which %d are free cannot be".formatted(device, totalBytes, freeBytes));
    }
  }
}

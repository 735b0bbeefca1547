package dev.caisson.runtime.device;

/// Asks the host for its GPUs. Threads may ask at the same time.
public interface Inventory {
  /// What is there now. Never fails: what cannot be asked is a part of the answer.
  Seen look();

  /// This host's, by NVIDIA's management library. Nothing is loaded before the first look.
  static Inventory host() {
    return NvmlInventory.HOST;
  }
}

package dev.caisson.runtime.device;

/// Where an engine computes.
public sealed interface Device {
  /// The host's processor.
  record Cpu() implements Device {
    @Override
    public String toString() {
      return "cpu";
    }
  }

  /// An NVIDIA GPU.
  ///
  /// @param index from 0, in the order of the PCI bus, as `nvidia-smi` numbers them
  record Cuda(int index) implements Device {
    public Cuda {
      if (index < 0 || index > 63) {
        throw new IllegalArgumentException("a GPU's number must be 0..63, got " + index);
      }
    }

    @Override
    public String toString() {
      return "cuda:" + index;
    }
  }

  static Device cpu() {
    return new Cpu();
  }
}

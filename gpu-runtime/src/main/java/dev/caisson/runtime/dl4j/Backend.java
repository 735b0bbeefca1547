package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.ProcessEnvironment;
import java.util.ServiceLoader;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4jBackend;

/// What ND4J computes with. It takes the one of highest priority of those on the class path, and
/// its priorities are read from the environment, which a process cannot change for itself; so it is
/// shown one only.
enum Backend {
  PROCESSOR("org.nd4j.linalg.cpu.nativecpu.CpuBackend"),
  CUDA("org.nd4j.linalg.jcublas.JCublasBackend");

  private final String provider;

  Backend(String provider) {
    this.provider = provider;
  }

  static Backend of(Device device) {
    return switch (device) {
      case Device.Cpu _ -> PROCESSOR;
      case Device.Cuda _ -> CUDA;
    };
  }

  /// Makes this the backend that ND4J loads, and tries whether its first native library loads here
  /// and finds what it computes on. Where it does not, another may be chosen, as long as ND4J
  /// itself is not loaded.
  ///
  /// @throws DeviceException where this backend is not on the class path or cannot run, with why
  void choose() throws DeviceException {
    if (this == CUDA) {
      ProcessEnvironment.forCuda();
    }
    ClassLoader loader =
        new OneProvider(Backend.class.getClassLoader(), Nd4jBackend.class, provider);
    ND4JClassLoading.setNd4jClassloader(loader);
    try {
      boolean runs =
          ServiceLoader.load(Nd4jBackend.class, loader)
              .findFirst()
              .orElseThrow(
                  () ->
                      new DeviceException(
                          "%s is not on the class path; the Maven profile cuda-dl4j adds the one for CUDA"
                              .formatted(provider)))
              .canRun(); // isAvailable would do the same, and print a stack trace first
      if (!runs) {
        throw new DeviceException(provider + " says that it cannot run here");
      }
    } catch (RuntimeException | LinkageError e) { // of native libraries
      throw new DeviceException("its native library does not load: " + Nd4jRuntime.deepest(e));
    }
  }
}

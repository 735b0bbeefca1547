package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeFaultTest {
  @ParameterizedTest
  @CsvSource({
    "MEMORY, 'CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79 GiB'",
    "MEMORY, 'CUDA error: out of memory'",
    "MEMORY, 'DefaultCPUAllocator: not enough memory: you tried to allocate 8589934592 bytes.'",
    "NO_DEVICE, 'CUDA error: invalid device ordinal'",
    "NO_DEVICE, 'CUDA error: no kernel image is available for execution on the device'",
    "NO_DEVICE, 'PyTorch is not linked with support for cuda devices'",
    "NO_DEVICE, 'Found no NVIDIA driver on your system.'",
    "DEVICE_LOST, 'CUDA error: unspecified launch failure'",
    "DEVICE_LOST, 'CUDA error: uncorrectable ECC error encountered'",
    "DEVICE_LOST, 'CUDA error: CUDA-capable device(s) is/are busy or unavailable'",
    "DEVICE_LOST, 'cuDNN error: CUDNN_STATUS_EXECUTION_FAILED'",
    "PROGRAM, 'mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)'"
  })
  void aMessageTellsWhatFailed(NativeFault fault, String message) {
    assertThat(NativeFault.of(new EngineException(message))).isEqualTo(fault);
  }
}

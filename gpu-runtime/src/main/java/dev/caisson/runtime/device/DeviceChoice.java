package dev.caisson.runtime.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a person wants to compute on.
public sealed interface DeviceChoice {
  /// The spellings, for help and errors.
  String SPELLINGS = "auto, cpu or cuda:N (N from 0, as nvidia-smi counts)";

  /// The GPU with most free memory on which the engine can run, else the processor.
  record Auto() implements DeviceChoice {
    @Override
    public String toString() {
      return "auto";
    }
  }

  /// This device and no other.
  record Exactly(Device device) implements DeviceChoice {
    @Override
    public String toString() {
      return device.toString();
    }
  }

  Pattern CUDA = Pattern.compile("cuda:(0|[1-9][0-9]?)");

  /// @throws IllegalArgumentException for another spelling; the message names those that are
  static DeviceChoice parse(String text) {
    Matcher cuda = CUDA.matcher(text);
    if (text.equals("auto")) {
      return new Auto();
    } else if (text.equals("cpu")) {
      return new Exactly(Device.cpu());
    } else if (cuda.matches() && Integer.parseInt(cuda.group(1)) < 64) {
      return new Exactly(new Device.Cuda(Integer.parseInt(cuda.group(1))));
    }
    throw new IllegalArgumentException(
        "a device is %s, got '%s'".formatted(SPELLINGS, Shown.of(text, 40)));
  }
}

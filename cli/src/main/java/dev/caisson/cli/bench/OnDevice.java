package dev.caisson.cli.bench;

import dev.caisson.runtime.device.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a device's name on the command line of a measurement: `cpu` or `cuda:N`.
final class OnDevice implements ITypeConverter<Device> {
  @Override
  public Device convert(String value) {
    if (value.equals("cpu")) {
      return Device.cpu();
    }
    if (!value.matches("cuda:[0-9]{1,2}")) {
      throw new TypeConversionException("'%s' is neither cpu nor cuda:N".formatted(value));
    }
    try {
      return new Device.Cuda(Integer.parseInt(value.substring("cuda:".length())));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}

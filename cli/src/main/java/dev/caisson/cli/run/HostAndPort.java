package dev.caisson.cli.run;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// An address as people write it.
public record HostAndPort(String host, int port) {
  /// For picocli.
  public static final class Converter implements ITypeConverter<HostAndPort> {
    @Override
    public HostAndPort convert(String text) {
      int colon = text.lastIndexOf(':');
      String port = text.substring(colon + 1);
      if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
        throw new TypeConversionException("'%s' is not HOST:PORT".formatted(text));
      }
      return new HostAndPort(text.substring(0, colon), Integer.parseInt(port));
    }
  }
}

package dev.caisson.cli.run;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// An address as people write it: a name, an IPv4 address, or an IPv6 address in brackets.
public record HostAndPort(String host, int port) {
  private static final Pattern TEXT =
      Pattern.compile("([\\p{L}\\p{N}._-]{1,253}|\\[[0-9A-Za-z:.%]{2,100}]):([0-9]{1,5})");

  /// For picocli.
  public static final class Converter implements ITypeConverter<HostAndPort> {
    @Override
    public HostAndPort convert(String text) {
      Matcher parts = TEXT.matcher(text);
      if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
        throw new TypeConversionException("'%s' is not HOST:PORT".formatted(text));
      }
      return new HostAndPort(parts.group(1), Integer.parseInt(parts.group(2)));
    }
  }
}

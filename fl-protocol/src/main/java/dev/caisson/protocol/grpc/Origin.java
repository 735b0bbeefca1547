package dev.caisson.protocol.grpc;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/// Where a connection comes from, for counting: an IPv4 address, or the /64 network of an IPv6
/// address, of which one host may have any number. Many hosts behind one translation or one proxy
/// are one origin. Proves nothing about who it is.
public record Origin(String network) {
  private static final int NETWORK_BYTES = 8;

  /// @param address as it is written; anything else is an origin of its own
  public static Origin of(String address) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return new Origin(
          HexFormat.of()
              .formatHex(bytes.length == 16 ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes));
    } catch (IllegalArgumentException e) {
      return new Origin(address);
    }
  }
}

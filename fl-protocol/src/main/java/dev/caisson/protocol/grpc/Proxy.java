package dev.caisson.protocol.grpc;

import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ProxiedSocketAddress;
import io.grpc.ProxyDetector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// How a channel gets out of a network: directly, or through an HTTP proxy by CONNECT, with Basic
/// authentication where the proxy wants it. The proxy carries TLS and sees host and port only; the
/// user and password go to the proxy in clear, as Basic authentication does.
public sealed interface Proxy {
  /// No proxy.
  record Direct() implements Proxy {
    @Override
    public String toString() {
      return "directly";
    }
  }

  /// Every connection of the channel passes this proxy, those to this very host too.
  record Through(String host, int port, Optional<Login> login) implements Proxy {
    public Through {
      if (host.isBlank() || host.length() > 255 || !host.matches("[\\p{Graph}&&[^@/\\\\]]+")) {
        throw new IllegalArgumentException("a proxy's host is a name or an address");
      }
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("a proxy's port must be 1..65535, got " + port);
      }
    }

    private ProxiedSocketAddress address(SocketAddress target) throws IOException {
      InetSocketAddress proxy = new InetSocketAddress(host, port);
      if (proxy.isUnresolved()) {
        throw new IOException("the proxy's name '%s' is not known here".formatted(host));
      }
      HttpConnectProxiedSocketAddress.Builder address =
          HttpConnectProxiedSocketAddress.newBuilder()
              .setTargetAddress((InetSocketAddress) target)
              .setProxyAddress(proxy);
      login.ifPresent(who -> address.setUsername(who.user).setPassword(who.password));
      return address.build();
    }

    @Override
    public String toString() {
      return "through the proxy %s:%d".formatted(host, port);
    }
  }

  /// Who one is to a proxy.
  final class Login {
    private final String user;
    private final String password;

    public Login(String user, String password) {
      if (user.isEmpty() || user.indexOf(':') >= 0 || user.length() > 255) {
        throw new IllegalArgumentException("a proxy's user is 1 to 255 characters without ':'");
      }
      if (password.length() > 255 || (user + password).matches("(?s).*\\p{Cntrl}.*")) {
        throw new IllegalArgumentException(
            "a proxy's user and password have no control characters, at most 255 each");
      }
      this.user = user;
      this.password = password;
    }

    @Override
    public String toString() {
      return "Login[redacted]";
    }
  }

  /// What the environment says about a connection to this host: `HTTPS_PROXY` and `NO_PROXY`, in
  /// capitals or small letters. `NO_PROXY` lists hosts and domains, or is `*`; addresses are
  /// compared as they are written. Loopback goes directly, and the log says so.
  ///
  /// A setting that does not read is an `IllegalArgumentException` without the password that may
  /// stand in it.
  static Proxy ofEnvironment(Map<String, String> environment, String host) {
    String url = setting(environment, "HTTPS_PROXY");
    if (url.isEmpty() || isExempt(setting(environment, "NO_PROXY"), host)) {
      return new Direct();
    }
    Proxy proxy = parse(url);
    if (isLoopback(host)) {
      LoggerFactory.getLogger(Proxy.class)
          .info("{} is this machine: HTTPS_PROXY is not used for it", host);
      return new Direct();
    }
    return proxy;
  }

  private static String setting(Map<String, String> environment, String name) {
    String capital = environment.getOrDefault(name, "");
    return (capital.isBlank()
            ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "")
            : capital)
        .strip();
  }

  private static boolean isExempt(String list, String host) {
    for (String entry : list.split(",", 1000)) {
      String name = entry.strip();
      if (name.equals("*")) {
        return true;
      }
      String bare = name.startsWith("*.") ? name.substring(2) : name.replaceFirst("^\\.", "");
      if (!bare.isEmpty()
          && (host.equalsIgnoreCase(bare)
              || host.toLowerCase(Locale.ROOT).endsWith("." + bare.toLowerCase(Locale.ROOT)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.equals("::1")
        || host.equals("[::1]");
  }

  private static Proxy parse(String url) {
    try {
      URI uri = new URI(url.contains("://") ? url : "http://" + url);
      if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
        throw new IllegalArgumentException(
            "HTTPS_PROXY must be http://[USER:PASSWORD@]HOST:PORT; a proxy that is itself spoken to"
                + " by TLS is not supported");
      }
      String[] login =
          uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
      return new Through(
          uri.getHost(),
          uri.getPort() < 0 ? 80 : uri.getPort(),
          login.length == 0
              ? Optional.empty()
              : Optional.of(
                  new Login(decoded(login[0]), login.length < 2 ? "" : decoded(login[1]))));
    } catch (URISyntaxException e) {
      // Without the cause, which quotes the setting.
      throw new IllegalArgumentException("HTTPS_PROXY does not read as a URL");
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /// The same for gRPC. An answer for every address, so that nothing is bypassed by its own rules.
  default ProxyDetector detector() {
    return switch (this) {
      case Direct _ -> new Nowhere();
      case Through through -> target -> through.address(target);
    };
  }

  /// gRPC asks this about every address.
  final class Nowhere implements ProxyDetector {
    private Nowhere() {}

    @Override
    public @Nullable ProxiedSocketAddress proxyFor(SocketAddress target) {
      return null;
    }
  }
}

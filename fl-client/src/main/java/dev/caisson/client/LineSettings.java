package dev.caisson.client;

import dev.caisson.protocol.grpc.Proxy;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What a custodian wrote about the way to the coordinator: nothing of it must be written.
///
/// @param keepAlive how often the site says that it is there; hospital proxies cut tunnels in which
///   nothing has passed for about a minute
/// @param proxy empty where the environment decides
public record LineSettings(Duration keepAlive, Optional<Proxy> proxy) {
  private static final int MAX_PASSWORD_FILE = 1024;

  /// Reads `keep-alive-seconds` and `proxy`.
  static LineSettings read(Path home, YamlNode root) throws IOException, BadYamlException {
    Optional<YamlNode> seconds = root.find("keep-alive-seconds");
    Optional<YamlNode> proxy = root.find("proxy");
    return new LineSettings(
        seconds.isPresent()
            ? Duration.ofSeconds(seconds.get().integer(10, 300))
            : Wire.Dialling.PING,
        proxy.isPresent() ? Optional.of(proxy(home, proxy.get())) : Optional.empty());
  }

  private static Proxy proxy(Path home, YamlNode node) throws IOException, BadYamlException {
    node.only("host", "port", "user", "password-file");
    Optional<YamlNode> user = node.find("user");
    Optional<YamlNode> password = node.find("password-file");
    if (user.isPresent() != password.isPresent()) {
      throw node.wrong("a proxy that wants a login needs both user and password-file");
    }
    try {
      return new Proxy.Through(
          node.get("host").text(255),
          node.get("port").integer(1, 65_535),
          user.isPresent()
              ? Optional.of(
                  new Proxy.Login(
                      user.get().text(255), password(SiteSettings.inside(home, password.get()))))
              : Optional.empty());
    } catch (IllegalArgumentException e) {
      throw node.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static String password(Path file) throws IOException {
    for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
      if (!permission.name().startsWith("OWNER")) {
        throw new IOException("%s may be read by others: chmod 600 it".formatted(file));
      }
    }
    if (Files.size(file) > MAX_PASSWORD_FILE) {
      throw new IOException("%s is too large for a password".formatted(file));
    }
    return Files.readString(file, StandardCharsets.UTF_8).strip();
  }

  /// How to dial this host.
  Wire.Dialling dialling(Map<String, String> environment, String host) throws IOException {
    try {
      return new Wire.Dialling(
          proxy.isPresent() ? proxy.get() : Proxy.ofEnvironment(environment, host), keepAlive);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}

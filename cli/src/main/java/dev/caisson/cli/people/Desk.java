package dev.caisson.cli.people;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// A person's home: `keys/` and `federation.yaml`, which says where coordinator and airlock are.
///
/// @param keys whose certificate tells the person's role
public record Desk(KeyFiles keys, Address coordinator, Address airlock) {
  private static final String VERSION = "caisson/federation/v1";

  public record Address(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /// Opens the home of a person who must have this role.
  public static Desk open(Path home, Role role) throws CommandFailure, IOException {
    Desk desk = open(home);
    Role found = desk.keys.self().role();
    if (found != role) {
      throw new CommandFailure(
          "%s is the home of a %s; this command is a %s's: name theirs with --as"
              .formatted(home, found.label(), role.label()));
    }
    return desk;
  }

  public static Desk open(Path home) throws CommandFailure, IOException {
    try {
      YamlNode root =
          YamlNode.read(home.resolve("federation.yaml")).only("version", "coordinator", "airlock");
      root.get("version").choice(Map.of(VERSION, VERSION));
      return new Desk(
          KeyFiles.load(home.resolve("keys")),
          address(root.get("coordinator")),
          address(root.get("airlock")));
    } catch (BadYamlException e) {
      throw new CommandFailure(
          "%s is not a person's home (made by the demo, or by whoever runs the federation): %s"
              .formatted(home, e.getMessage()),
          e);
    }
  }

  private static Address address(YamlNode node) throws BadYamlException {
    node.only("host", "port");
    return new Address(node.get("host").text(255), node.get("port").integer(1, 65_535));
  }

  /// The content of a `federation.yaml`.
  public static String yaml(Address coordinator, Address airlock) {
    return """
        version: %s
        coordinator: {host: %s, port: %d}
        airlock: {host: %s, port: %d}
        """
        .formatted(VERSION, coordinator.host(), coordinator.port(), airlock.host(), airlock.port());
  }
}

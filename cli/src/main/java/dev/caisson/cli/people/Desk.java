package dev.caisson.cli.people;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.protocol.enrol.RemoteIssuer;
import dev.caisson.protocol.enrol.Renewal;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A person's home: `keys/` and `federation.yaml`, which says where coordinator and airlock are.
///
/// @param keys whose certificate tells the person's role; it may be renewed while a command lasts
/// @param knownAirlock where it is, if this home says so
public record Desk(
    Path home, StoredKeys keys, Address coordinator, Optional<Address> knownAirlock) {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
  private static final InstantSource CLOCK = InstantSource.system();
  private static final String VERSION = "caisson/federation/v1";

  public record Address(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /// Opens the home of a person who must have this role, or one of them.
  public static Desk open(Path home, Role role, Role... others) throws CommandFailure, IOException {
    Desk desk = open(home);
    Role found = desk.keys.now().self().role();
    if (found != role && !List.of(others).contains(found)) {
      throw new CommandFailure(
          "%s is the home of %s; this command is %s's: name theirs with --as"
              .formatted(home, one(found), one(role)));
    }
    return desk;
  }

  private static String one(Role role) {
    return (role.label().startsWith("a") ? "an " : "a ") + role.label();
  }

  /// Where the airlock is.
  public Address airlock() throws CommandFailure {
    return knownAirlock.orElseThrow(
        () ->
            new CommandFailure(
                "your federation.yaml does not say where the airlock is: add a line"
                    + " 'airlock: {host: HOST, port: PORT}'"));
  }

  /// Renews the person's certificate if it is time; what fails is told in the log, and is tried
  /// again by the next command.
  private void renewIfDue() throws CommandFailure {
    refuseIfEnded();
    try {
      Renewal.ifDue(keys, issuer(), CLOCK);
    } catch (IOException e) {
      LOG.warn("your certificate ends at {} and is not renewed: {}", keys.ends(), e.getMessage());
    }
  }

  private RemoteIssuer issuer() throws IOException {
    return new RemoteIssuer(coordinator.host(), coordinator.port(), keys);
  }

  /// Renews it whenever it is time, until closed: for commands that last.
  public Renewal renewing() throws IOException {
    return Renewal.start(keys, issuer(), CLOCK);
  }

  /// For a command that has lost its connection: takes what another command of this home has
  /// renewed meanwhile, and refuses to go on where the certificate has ended all the same.
  public void refresh() throws CommandFailure, IOException {
    keys.takeNewer();
    refuseIfEnded();
  }

  private void refuseIfEnded() throws CommandFailure {
    if (CLOCK.instant().isAfter(keys.ends())) {
      throw new CommandFailure(
          """
          the certificate in %1$s ended at %2$s. Ask whoever runs the coordinator for a token with \
          --same-identity, remove %1$s/keys/tls.pem, and run 'caisson enrol' again\
          """
              .formatted(home, keys.ends()));
    }
  }

  public static Desk open(Path home) throws CommandFailure, IOException {
    try {
      YamlNode root =
          YamlNode.read(home.resolve("federation.yaml")).only("version", "coordinator", "airlock");
      root.get("version").choice(Map.of(VERSION, VERSION));
      Address coordinator = address(root.get("coordinator"));
      Optional<YamlNode> airlock = root.find("airlock");
      Desk desk =
          new Desk(
              home,
              StoredKeys.load(home.resolve("keys")),
              coordinator,
              airlock.isPresent() ? Optional.of(address(airlock.get())) : Optional.empty());
      desk.renewIfDue();
      return desk;
    } catch (BadYamlException e) {
      throw new CommandFailure(
          "%s is not a person's home (made by 'caisson enrol', or by the demo): %s"
              .formatted(home, e.getMessage()),
          e);
    }
  }

  private static Address address(YamlNode node) throws BadYamlException {
    node.only("host", "port");
    return new Address(node.get("host").text(255), node.get("port").integer(1, 65_535));
  }

  /// The content of a `federation.yaml`.
  public static String yaml(Address coordinator, Optional<Address> airlock) {
    return """
        version: %s
        coordinator: %s
        """
            .formatted(VERSION, yaml(coordinator))
        + airlock.map(address -> "airlock: %s\n".formatted(yaml(address))).orElse("");
  }

  private static String yaml(Address address) {
    return "{host: %s, port: %d}".formatted(address.host(), address.port());
  }
}

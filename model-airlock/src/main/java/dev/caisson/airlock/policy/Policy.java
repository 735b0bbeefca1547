package dev.caisson.airlock.policy;

import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.structure.StructuralLimits;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A release policy: every number with its source, the attacks that must have run, and where models
/// may go. Complete: a policy that leaves a number out is refused, so nothing is ever ruled by a
/// number that its owner has not seen.
///
/// What no policy can say: that attacks without reference models clear a model, that a
/// deterministic finding is waived, or that a destination is held to less than the rest.
///
/// @param revision the owner's count; the file's digest is what dossiers name
/// @param instanceModels why models that store training rows block; a policy states it and cannot
///   change it
public record Policy(
    String name,
    int revision,
    String owner,
    Map<Limit, Sourced> limits,
    Source instanceModels,
    List<RequiredAttack> required,
    Map<Destination, Terms> destinations) {

  /// The most bytes of a policy file.
  public static final int MAX_BYTES = 64 << 10;

  private static final String RESOURCE = "default-policy.yaml";

  public Policy {
    limits = Map.copyOf(limits);
    required = List.copyOf(required);
    destinations = Map.copyOf(destinations);
    if (limits.size() != Limit.values().length
        || destinations.size() != Destination.values().length) {
      throw new IllegalArgumentException(
          "a policy says all %d limits and %d destinations, got %d and %d"
              .formatted(
                  Limit.values().length,
                  Destination.values().length,
                  limits.size(),
                  destinations.size()));
    }
  }

  /// Reads a policy; the error says which line, what is wrong and what to do. `file` stands for the
  /// file in it.
  public static Policy parse(String file, byte[] yaml) throws BadYamlException {
    return PolicyReader.read(file, yaml);
  }

  /// The policy to start from. Unsigned, as nobody has made it their own.
  public static Policy standard() {
    try {
      return parse(RESOURCE, standardText());
    } catch (BadYamlException e) {
      throw new IllegalStateException("the policy that we ship is one, and a test says so", e);
    }
  }

  /// The text of [#standard], with its comments.
  public static byte[] standardText() {
    try (InputStream in = Policy.class.getResourceAsStream(RESOURCE)) {
      return Objects.requireNonNull(in, RESOURCE).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of our own jar can be read", e);
    }
  }

  /// The number and its source that hold for this destination.
  public Sourced limit(Limit limit, Destination destination) {
    Sourced stricter = terms(destination).stricter().get(limit);
    return stricter != null ? stricter : general(limit);
  }

  /// The number that holds for this destination.
  public double value(Limit limit, Destination destination) {
    return limit(limit, destination).value();
  }

  /// The same of a limit that counts something.
  public int count(Limit limit, Destination destination) {
    return Math.toIntExact(Math.round(value(limit, destination)));
  }

  /// The number and its source wherever a destination does not say otherwise.
  public Sourced general(Limit limit) {
    return Objects.requireNonNull(limits.get(limit), "every policy says " + limit);
  }

  public Terms terms(Destination destination) {
    return Objects.requireNonNull(
        destinations.get(destination), "every policy says " + destination);
  }

  /// What the structural checks are held to.
  public StructuralLimits structural(Destination destination) {
    return new StructuralLimits(
        count(Limit.K, destination),
        count(Limit.RESIDUAL_DEGREES_OF_FREEDOM, destination),
        count(Limit.SMALLEST_LEAF, destination));
  }

  /// The attacks that must have run on a model of this task.
  public List<String> required(Task task) {
    return required.stream()
        .filter(attack -> attack.tasks().contains(task))
        .map(RequiredAttack::attack)
        .toList();
  }

  Optional<RequiredAttack> requirement(String attack) {
    return required.stream().filter(r -> r.attack().equals(attack)).findFirst();
  }

  /// The numbers of one destination, as they hold there.
  Map<Limit, Double> effective(Destination destination) {
    Map<Limit, Double> values = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      values.put(limit, value(limit, destination));
    }
    return values;
  }
}

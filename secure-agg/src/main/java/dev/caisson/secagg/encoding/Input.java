package dev.caisson.secagg.encoding;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// One site's values for every segment, and its weight. Holds the caller's arrays, not copies: they
/// must not change until the upload is closed (a change is noticed and stops the upload, because
/// two different vectors under one mask would give their difference away). Participant data: never
/// printed.
public final class Input {
  private final long weight;
  private final Map<String, Values> segments = new LinkedHashMap<>();

  private Input(long weight) {
    this.weight = weight;
  }

  /// An input of weight `w`: 1 where all weigh the same, else `1..maxWeight`.
  public static Input weighing(long weight) {
    return new Input(weight);
  }

  /// The values of a real segment.
  public Input with(String segment, float[] values) {
    return put(segment, new Values.Floats(values));
  }

  /// The values of a real segment.
  public Input with(String segment, double... values) {
    return put(segment, new Values.Doubles(values));
  }

  /// The `length` values of a real segment, asked for when they are needed, so that the vector need
  /// not be in memory.
  public Input with(String segment, int length, RealSource values) {
    return put(segment, new Values.Pieces(length, values));
  }

  /// The values of an exact segment.
  public Input withExact(String segment, long... values) {
    return put(segment, new Values.Longs(values));
  }

  private Input put(String segment, Values values) {
    if (segments.put(segment, values) != null) {
      throw new IllegalArgumentException("segment '%s' is given twice".formatted(segment));
    }
    return this;
  }

  /// The first way in which this input does not fit the manifest, if any; `self` is named in it.
  /// Reads every value: nothing is masked before all of them are known to be finite and in range.
  /// The words reach the coordinator, so they tell bounds, never the weight or a value.
  public Optional<Fault> objection(RoundManifest manifest, String self) {
    long most = manifest.weights().maximum();
    if (weight < 1 || weight > most) {
      return fault(
          self,
          manifest.weights() instanceof Weights.Equal
              ? "all weigh 1 in this round, this input does not"
              : "the weight is outside 1..%d".formatted(most));
    }
    for (String name : segments.keySet()) {
      if (manifest.vector().segments().stream().noneMatch(s -> s.name().equals(name))) {
        return fault(self, "the manifest has no segment '%s'".formatted(name));
      }
    }
    for (Segment segment : manifest.vector().segments()) {
      Optional<String> objection = objection(segment);
      if (objection.isPresent()) {
        return fault(self, "segment '%s': %s".formatted(segment.name(), objection.get()));
      }
    }
    return Optional.empty();
  }

  private Optional<String> objection(Segment segment) {
    Values values = segments.get(segment.name());
    if (values == null) {
      return Optional.of("no values given");
    }
    if (values.length() != segment.length()) {
      return Optional.of(
          "%d entries expected, got %d".formatted(segment.length(), values.length()));
    }
    return switch (segment) {
      case Segment.Real _ ->
          switch (values) {
            case Values.Floats floats -> floats.notFinite();
            case Values.Doubles doubles -> doubles.notFinite();
            case Values.Pieces pieces -> pieces.notFinite();
            case Values.Longs _ -> Optional.of("real values expected, got whole numbers");
          };
      case Segment.Exact exact ->
          switch (values) {
            case Values.Longs longs ->
                longs.outside(exact.signed() ? -exact.max() : 0, exact.max());
            case Values.Floats _, Values.Doubles _, Values.Pieces _ ->
                Optional.of("whole numbers expected, got real values");
          };
    };
  }

  private static Optional<Fault> fault(String self, String detail) {
    return Optional.of(new Fault(Rule.INPUT, self, detail));
  }

  long weight() {
    return weight;
  }

  Values values(Segment segment) {
    Values values = segments.get(segment.name());
    if (values == null) {
      throw new IllegalStateException("objection() was not asked");
    }
    return values;
  }

  @Override
  public String toString() {
    return "Input[redacted]";
  }
}

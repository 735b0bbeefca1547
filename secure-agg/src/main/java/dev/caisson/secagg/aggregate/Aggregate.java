package dev.caisson.secagg.aggregate;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.encoding.Quantiser;
import dev.caisson.trust.MalformedException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// The sum over the survivors' inputs. Exact in whole steps; a real sum is off by less than one
/// step per survivor (rounding; see [Segment.Real] for that of doubles), unbiased.
public final class Aggregate {
  private final RoundManifest manifest;
  private final List<String> survivors;
  private final Residues residues;

  private Aggregate(RoundManifest manifest, List<String> survivors, Residues residues) {
    this.manifest = manifest;
    this.survivors = List.copyOf(survivors);
    this.residues = residues;
  }

  /// What came of an aggregation; refused where it lies where no honest inputs put it. That shows
  /// that some input was out of range, and nobody can say whose; a sum within shows nothing.
  public sealed interface Checked {
    record Plausible(Aggregate aggregate) implements Checked {}

    record Implausible(Fault fault) implements Checked {}
  }

  /// The sum whose unmasked residues, packed as uploads are, are the chunks of this store. They are
  /// read from there whenever the sum is asked for.
  public static Checked of(RoundManifest manifest, List<String> survivors, ChunkStore sum) {
    return of(manifest, survivors, new Residues(manifest.layout(), sum));
  }

  private static Checked of(RoundManifest manifest, List<String> survivors, Residues residues) {
    Aggregate aggregate = new Aggregate(manifest, survivors, residues);
    Optional<Fault> outside = aggregate.outside();
    return outside.isPresent()
        ? new Checked.Implausible(outside.get())
        : new Checked.Plausible(aggregate);
  }

  /// Reads the bytes of [#content], which it keeps and does not copy: leave them alone. Refuses an
  /// impossible sum too.
  public static Aggregate decode(RoundManifest manifest, List<String> survivors, byte[] content)
      throws MalformedException {
    return decode(manifest, survivors, Residues.unpack(manifest.layout(), content));
  }

  /// The same of a content of [#contentBytes] that need not be in memory.
  ///
  /// @param chunks of that content, as they lie one behind the other; read whenever the sum is
  ///   asked for, and the same each time
  public static Aggregate decode(
      RoundManifest manifest, List<String> survivors, IntFunction<byte[]> chunks)
      throws MalformedException {
    return decode(manifest, survivors, Residues.unpack(manifest.layout(), chunks));
  }

  private static Aggregate decode(RoundManifest manifest, List<String> survivors, Residues residues)
      throws MalformedException {
    return switch (of(manifest, survivors, residues)) {
      case Checked.Plausible(Aggregate aggregate) -> aggregate;
      case Checked.Implausible(Fault fault) -> throw new MalformedException(fault.detail());
    };
  }

  /// The largest [#content] of a round's sum.
  public static long contentBytes(RoundManifest manifest) {
    return manifest.layout().bytes();
  }

  /// The residues as they travel. The same sum always has the same bytes.
  public byte[] content() {
    return residues.packed();
  }

  /// The same bytes in pieces of a chunk, for a vector that need not fit an array.
  public void content(Consumer<byte[]> sink) {
    residues.packed(sink);
  }

  public RoundManifest manifest() {
    return manifest;
  }

  /// Whose inputs the sum covers.
  public List<String> survivors() {
    return survivors;
  }

  /// `sum(w x)` of a weighted real segment, `sum(x)` of another.
  public double[] sum(String segment) {
    double[] values = new double[real(find(segment)).length()];
    sum(segment, 0, values, values.length);
    return values;
  }

  /// Puts `size` entries of that sum, from entry `from` of the segment on, at the front of `into`.
  public void sum(String segment, int from, double[] into, int size) {
    Placed placed = find(segment);
    double step = 1 / Quantiser.scale(real(placed), manifest.weights());
    Objects.checkFromIndexSize(from, size, placed.segment.length());
    int first = placed.offset + from;
    residues.read(
        first,
        first + size,
        (entry, lifted, count) -> {
          int at = entry - first;
          for (int i = 0; i < count; i++) {
            into[at + i] = lifted[i] * step;
          }
        });
  }

  private static Segment.Real real(Placed placed) {
    if (!(placed.segment instanceof Segment.Real real)) {
      throw new IllegalArgumentException(
          "segment '%s' is exact: ask for its exactSum".formatted(placed.segment.name()));
    }
    return real;
  }

  /// The mean of a real segment: of a weighted one as the weights mode says, of another over the
  /// survivors.
  public double[] mean(String segment) {
    double[] values = sum(segment);
    double denominator = denominator(segment);
    for (int i = 0; i < values.length; i++) {
      values[i] /= denominator;
    }
    return values;
  }

  /// What a real segment's [#sum] is divided by to give its [#mean].
  public double denominator(String segment) {
    return real(find(segment)).weighted()
        ? switch (manifest.weights()) {
          case Weights.Equal() -> survivors.size();
          case Weights.FixedDenominator(long _, long fixed) -> fixed;
          case Weights.Total _ -> totalWeight().orElseThrow();
        }
        : survivors.size();
  }

  /// The sum of an exact segment.
  public long[] exactSum(String segment) {
    if (!(find(segment).segment instanceof Segment.Exact exact)) {
      throw new IllegalArgumentException(
          "segment '%s' is real: ask for its sum or mean".formatted(segment));
    }
    int first = find(segment).offset;
    long[] values = new long[exact.length()];
    residues.read(
        first,
        first + values.length,
        (entry, lifted, count) -> System.arraycopy(lifted, 0, values, entry - first, count));
    return values;
  }

  /// The sum of weights, where the weights mode makes it visible.
  public OptionalLong totalWeight() {
    return manifest.weights() instanceof Weights.Total
        ? OptionalLong.of(only(manifest.vector().length()))
        : OptionalLong.empty();
  }

  private long only(int entry) {
    long[] value = new long[1];
    residues.read(entry, entry + 1, (_, lifted, _) -> value[0] = lifted[0]);
    return value[0];
  }

  private Optional<Fault> outside() {
    long count = survivors.size();
    int offset = 0;
    for (Segment segment : manifest.vector().segments()) {
      long most = count * segment.max();
      long least = segment instanceof Segment.Exact(_, _, _, boolean signed) && !signed ? 0 : -most;
      Range range = new Range(least, most);
      residues.read(offset, offset + segment.length(), range);
      if (range.outside >= 0) {
        return fault("segment '%s', entry %d".formatted(segment.name(), range.outside - offset));
      }
      offset += segment.length();
    }
    if (manifest.weights() instanceof Weights.Total(long maxWeight)) {
      long total = only(offset);
      if (total < count || total > count * maxWeight) {
        return fault("the sum of weights");
      }
    }
    return Optional.empty();
  }

  private static final class Range implements Residues.Reader {
    private final long least;
    private final long most;

    /// The first entry that lies outside, or -1.
    private int outside = -1;

    Range(long least, long most) {
      this.least = least;
      this.most = most;
    }

    @Override
    public void take(int first, long[] lifted, int size) {
      if (outside >= 0 || areWithin(lifted, size)) {
        return;
      }
      int at = 0;
      while (lifted[at] >= least && lifted[at] <= most) {
        at++;
      }
      outside = first + at;
    }

    private boolean areWithin(long[] lifted, int size) {
      long lowest = 0; // a sum that is 0 is within
      long highest = 0;
      for (int i = 0; i < size; i++) {
        lowest = Math.min(lowest, lifted[i]);
        highest = Math.max(highest, lifted[i]);
      }
      return lowest >= least && highest <= most;
    }
  }

  private static Optional<Fault> fault(String where) {
    return Optional.of(
        new Fault(
            Rule.SUM_RANGE,
            "some survivor",
            "%s lies where no honest inputs put it: some input was out of range".formatted(where)));
  }

  private record Placed(Segment segment, int offset) {}

  private Placed find(String name) {
    int offset = 0;
    for (Segment segment : manifest.vector().segments()) {
      if (segment.name().equals(name)) {
        return new Placed(segment, offset);
      }
      offset += segment.length();
    }
    throw new IllegalArgumentException("the vector has no segment '%s'".formatted(name));
  }

  @Override
  public String toString() {
    return "Aggregate[of %s over %s]".formatted(manifest.digest().shortHex(), survivors);
  }
}

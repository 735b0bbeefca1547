package dev.caisson.secagg;

import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The summed vector: segments one behind the other, names unique. Updates, metrics and histograms
/// are segments of one vector, so that nothing leaves a site on its own.
public record VectorSpec(List<Segment> segments) {
  /// Entries of the largest vector.
  public static final int MAX_LENGTH = 1 << 30;

  private static final int MAX_SEGMENTS = 1000;

  public VectorSpec {
    segments = List.copyOf(segments);
    if (segments.isEmpty() || segments.size() > MAX_SEGMENTS) {
      throw new IllegalArgumentException(
          "a vector has 1..%d segments, got %d".formatted(MAX_SEGMENTS, segments.size()));
    }
    Set<String> names = new HashSet<>();
    long total = 0;
    for (Segment segment : segments) {
      total += segment.length();
      if (!names.add(segment.name())) {
        throw new IllegalArgumentException("two segments are named '%s'".formatted(segment.name()));
      }
    }
    if (total > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a vector has at most %d entries, got %d".formatted(MAX_LENGTH, total));
    }
  }

  public static VectorSpec of(Segment... segments) {
    return new VectorSpec(List.of(segments));
  }

  /// Entries of all segments.
  public int length() {
    return segments.stream().mapToInt(Segment::length).sum();
  }

  /// Q over all segments.
  public long max() {
    return segments.stream().mapToLong(Segment::max).max().orElseThrow();
  }

  void write(FieldWriter out) {
    out.number(segments.size());
    segments.forEach(segment -> segment.write(out));
  }

  static VectorSpec read(FieldReader in) throws MalformedException {
    int size = in.number(1, MAX_SEGMENTS);
    List<Segment> segments = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      segments.add(Segment.read(in));
    }
    try {
      return new VectorSpec(segments);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }
}

package dev.caisson.protocol.strategy;

import java.util.List;

/// What the entries of a state's vectors are.
///
/// @param length entries of each vector
/// @param statistics the runs of entries that no gradient trains, in order
public record StateShape(int length, List<Run> statistics) {
  /// Neighbouring entries.
  public record Run(int from, int length) {
    int end() {
      return from + length;
    }
  }

  public StateShape {
    statistics = List.copyOf(statistics);
    if (length < 1) {
      throw new IllegalArgumentException("a state has 1 entry or more, got " + length);
    }
    int end = 0;
    for (Run run : statistics) {
      if (run.from < end || run.length < 1 || run.length > length - run.from) {
        throw new IllegalArgumentException(
            "statistics %s do not follow one another within %d entries"
                .formatted(statistics, length));
      }
      end = run.end();
    }
  }

  /// Trained entries only.
  public static StateShape trained(int length) {
    return new StateShape(length, List.of());
  }

  /// The first run that ends behind this entry, or one behind all.
  Run nextStatistics(int entry) {
    int low = 0;
    int high = statistics.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (statistics.get(middle).end() > entry) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low < statistics.size() ? statistics.get(low) : new Run(length, 1);
  }

  /// Bytes of a state of so many vectors.
  public long bytes(int vectors) {
    return (long) vectors * length * Float.BYTES;
  }
}

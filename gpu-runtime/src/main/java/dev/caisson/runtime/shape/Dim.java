package dev.caisson.runtime.shape;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// A size, or a number computed from sizes: `perRow · N + fixed` for a batch of N rows, N ≥ 1.
/// Arithmetic is exact; overflow of 64 bits is an `ArithmeticException`.
public record Dim(long perRow, long fixed) {
  public static final Dim ZERO = new Dim(0, 0);
  public static final Dim ONE = new Dim(0, 1);

  /// N itself.
  public static final Dim BATCH = new Dim(1, 0);

  public static Dim of(long size) {
    return new Dim(0, size);
  }

  static List<Dim> listOf(List<Long> sizes) {
    return sizes.stream().map(Dim::of).toList();
  }

  /// Whether it is the same for every N.
  public boolean isFixed() {
    return perRow == 0;
  }

  public boolean is(long size) {
    return perRow == 0 && fixed == size;
  }

  /// The number for a batch of so many rows.
  public long at(long rows) {
    return Math.addExact(Math.multiplyExact(perRow, rows), fixed);
  }

  public Dim plus(Dim other) {
    return new Dim(Math.addExact(perRow, other.perRow), Math.addExact(fixed, other.fixed));
  }

  Dim minus(Dim other) {
    return new Dim(
        Math.subtractExact(perRow, other.perRow), Math.subtractExact(fixed, other.fixed));
  }

  private Dim times(long factor) {
    return new Dim(Math.multiplyExact(perRow, factor), Math.multiplyExact(fixed, factor));
  }

  /// Empty for N², which has no place here.
  Optional<Dim> times(Dim other) {
    if (isFixed()) {
      return Optional.of(other.times(fixed));
    }
    return other.isFixed() ? Optional.of(times(other.fixed)) : Optional.empty();
  }

  /// The quotient where it is exact for every N, and for fixed numbers also the truncated one;
  /// empty otherwise.
  Optional<Dim> dividedBy(Dim other) {
    if (other.isFixed()) {
      long divisor = other.fixed;
      if (divisor == 0) {
        return Optional.empty();
      }
      boolean exact = perRow % divisor == 0 && fixed % divisor == 0;
      return exact || isFixed()
          ? Optional.of(new Dim(perRow / divisor, fixed / divisor))
          : Optional.empty();
    }
    long quotient = perRow / other.perRow;
    return other.times(quotient).equals(this) ? Optional.of(of(quotient)) : Optional.empty();
  }

  /// As `compareTo`, where it is the same for every N.
  OptionalInt compare(Dim other) {
    Dim difference = minus(other);
    if (difference.perRow == 0) {
      return OptionalInt.of(Long.signum(difference.fixed));
    }
    // The difference grows with N or falls with it, so its sign at N = 1 holds on.
    int atOne = Long.signum(difference.at(1));
    return atOne != 0 && atOne == Long.signum(difference.perRow)
        ? OptionalInt.of(atOne)
        : OptionalInt.empty();
  }

  /// The number of elements of a shape; empty where the batch is in it twice.
  public static Optional<Dim> product(List<Dim> dims) {
    Optional<Dim> product = Optional.of(ONE);
    for (Dim dim : dims) {
      product = product.flatMap(p -> p.times(dim));
    }
    return product;
  }

  /// For messages: `[N×3×32×32]`.
  public static String words(List<Dim> dims) {
    return dims.stream().map(Dim::toString).collect(Collectors.joining("×", "[", "]"));
  }

  @Override
  public String toString() {
    if (perRow == 0) {
      return Long.toString(fixed);
    }
    String rows = perRow == 1 ? "N" : perRow + "N";
    return fixed == 0 ? rows : "%s%+d".formatted(rows, fixed);
  }
}

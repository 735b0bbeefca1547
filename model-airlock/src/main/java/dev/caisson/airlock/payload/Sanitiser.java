package dev.caisson.airlock.payload;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.CanonicalOnnx;
import dev.caisson.airlock.scan.FileScan;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import dev.caisson.airlock.scan.WeightRewrite;
import dev.caisson.trust.Digest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/// Makes the bytes that are assessed and released: canonical, with fresh random low bits in the
/// weights. Order: scan, sanitise, assess, release *the same bytes*.
///
/// With b bits a 32-bit weight moves by less than 2^(b-23) of its size: by the default of 3, less
/// than 9.6e-7, and by some 3e-7 in the root mean square. An output that is not the small
/// difference of large sums moves by no more than that for each layer it passes, in practice by
/// less, as errors average out. The same number of bits is rewritten in 64-bit weights counted from
/// the 32-bit place down: all 29 below it, and b more.
///
/// Takes away only what lies in those bits: three of 32. Tables of trees, support vectors, scalers,
/// halves, and tensors of fewer than 16 numbers are left as they are, and the result says so:
/// moving a threshold that is a member's value by a rounding hides nothing.
public final class Sanitiser {
  public static final int USUAL_BITS = 3;
  private static final int MOST_BITS = 16;

  private final OnnxFileScan scan;
  private final int bits;

  /// Rewrites the lowest `bits` of each weight, 0 to 16.
  public Sanitiser(ScanLimits limits, int bits) {
    this(new OnnxFileScan(limits), bits);
  }

  /// The same with the caller's scan, which then knows the new file already.
  public Sanitiser(OnnxFileScan scan, int bits) {
    if (bits < 0 || bits > MOST_BITS) {
      throw new IllegalArgumentException("0..16 bits are rewritten, got " + bits);
    }
    this.scan = scan;
    this.bits = bits;
  }

  /// The new file, its scan, how many numbers got fresh bits, and what was left alone.
  @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, never compared
  public record Sanitised(
      Digest canonical, byte[] file, FileScan scan, long numbers, List<Finding> notes) {
    public Sanitised {
      file = file.clone();
      notes = List.copyOf(notes);
    }

    @Override
    public byte[] file() {
      return file.clone();
    }

    @Override
    public String toString() {
      return "Sanitised[%s, %d numbers]".formatted(scan.file(), numbers);
    }
  }

  /// Throws `IllegalArgumentException` if the bytes are not ONNX.
  public Sanitised sanitise(byte[] file, SecureRandom random) {
    byte[] canonical = CanonicalOnnx.of(file);
    long[] numbers = new long[1];
    byte[] fresh =
        bits == 0
            ? canonical
            : WeightRewrite.of(
                canonical,
                (value, mantissa) -> {
                  long changed = change(value, mantissa, random);
                  numbers[0] += changed == value && special(value, mantissa) ? 0 : 1;
                  return changed;
                });
    FileScan after = scan.scan(fresh);
    List<Finding> notes = new ArrayList<>();
    if (!after.blocks()) {
      scan.graph(fresh).operations().stream()
          .filter(op -> op.operator().startsWith("TreeEnsemble") || op.operator().startsWith("SVM"))
          .forEach(
              op ->
                  notes.add(
                      Finding.pass(
                          "weights.sanitised",
                          "%s %s left as it is: low bits are the least of what a table can carry"
                              .formatted(op.operator(), op.name()))));
    }
    notes.add(
        Finding.pass(
            "weights.sanitised", "%d numbers got %d fresh low bits".formatted(numbers[0], bits)));
    return new Sanitised(Digest.of(canonical), fresh, after, numbers[0], notes);
  }

  private long change(long value, int mantissa, SecureRandom random) {
    if (special(value, mantissa)) {
      return value;
    }
    int low = bits + Math.max(0, mantissa - 23);
    long mask = (1L << low) - 1;
    return (value & ~mask) | (random.nextLong() & mask);
  }

  /// Zeros, subnormal numbers and infinities mean something exactly; so do powers of two (masks,
  /// constants).
  private static boolean special(long value, int mantissa) {
    int exponentBits = mantissa == 52 ? 11 : 8;
    long most = (1L << exponentBits) - 1;
    long exponent = (value >>> mantissa) & most;
    return exponent == 0 || exponent == most || (value & ((1L << mantissa) - 1)) == 0;
  }
}

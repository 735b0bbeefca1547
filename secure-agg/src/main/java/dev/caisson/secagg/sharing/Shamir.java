package dev.caisson.secagg.sharing;

import dev.caisson.secagg.secret.Secret;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Shamir sharing (1979) of a byte string, limb by limb: fewer than `threshold` shares are uniform
/// whatever the secret; any `threshold` rebuild it. Coefficients are uniform, zero leading ones
/// included. A share that its holder bends is **not** noticed here; commitments do that.
public final class Shamir {
  private final PrimeField field;
  private final int limbBits;
  private final int secretBytes;
  private final int limbs;
  private final int threshold;

  public Shamir(PrimeField field, int limbBits, int secretBytes, int threshold) {
    if (limbBits < 1 || limbBits > 61 || 1L << limbBits > field.modulus()) {
      throw new IllegalArgumentException(
          "%d bits of secret do not fit a limb modulo %d".formatted(limbBits, field.modulus()));
    }
    if (threshold < 1) {
      throw new IllegalArgumentException("threshold must be positive, got %d".formatted(threshold));
    }
    this.field = field;
    this.limbBits = limbBits;
    this.secretBytes = secretBytes;
    this.limbs = (8 * secretBytes + limbBits - 1) / limbBits;
    this.threshold = threshold;
  }

  /// The protocol's: 32 bytes as 5 limbs of 52 bits over 2^61 - 1.
  public static Shamir of256Bits(int threshold) {
    return new Shamir(PrimeField.MERSENNE_61, 52, Secret.BYTES, threshold);
  }

  public int limbs() {
    return limbs;
  }

  public PrimeField field() {
    return field;
  }

  public int threshold() {
    return threshold;
  }

  /// A share for each of these points (distinct, positive, below p), in their order.
  public List<Share> split(Secret secret, int[] points, SecureRandom random) {
    long[][] coefficients = new long[limbs][threshold];
    long[] secretLimbs = toLimbs(secret);
    for (int limb = 0; limb < limbs; limb++) {
      coefficients[limb][0] = secretLimbs[limb];
      for (int degree = 1; degree < threshold; degree++) {
        coefficients[limb][degree] = field.random(random);
      }
    }
    List<Share> shares = new ArrayList<>(points.length);
    for (int point : points) {
      long x = field.montgomery(checked(point));
      long[] values = new long[limbs];
      for (int limb = 0; limb < limbs; limb++) {
        long value = 0;
        for (int degree = threshold - 1; degree >= 0; degree--) {
          value = field.plus(field.times(value, x), coefficients[limb][degree]);
        }
        values[limb] = value;
      }
      shares.add(new Share(values));
    }
    Arrays.fill(secretLimbs, 0);
    for (long[] row : coefficients) {
      Arrays.fill(row, 0);
    }
    return shares;
  }

  /// The weights that rebuild a secret from shares at exactly these points; compute them once per
  /// set of survivors and use them for every secret.
  public Weights weights(int[] points) {
    if (points.length != threshold) {
      throw new IllegalArgumentException(
          "%d shares rebuild, got %d".formatted(threshold, points.length));
    }
    long[] weights = new long[points.length];
    for (int i = 0; i < points.length; i++) {
      long numerator = 1;
      long denominator = 1;
      for (int j = 0; j < points.length; j++) {
        if (i != j) {
          numerator = field.times(numerator, field.montgomery(checked(points[j])));
          denominator =
              field.times(
                  denominator, field.montgomery(field.minus(points[j], checked(points[i]))));
        }
      }
      weights[i] =
          field.montgomery(field.times(numerator, field.montgomery(field.inverse(denominator))));
    }
    return new Weights(weights);
  }

  /// Lagrange weights at 0, in Montgomery form.
  public static final class Weights {
    private final long[] values;

    private Weights(long[] values) {
      this.values = values;
    }
  }

  /// The secret under `threshold` shares, in the order of the weights' points; nothing where no
  /// honest dealing gives it (a limb out of range).
  public Optional<Secret> join(Weights weights, List<Share> shares) {
    if (shares.size() != threshold) {
      throw new IllegalArgumentException(
          "%d shares rebuild, got %d".formatted(threshold, shares.size()));
    }
    long[] secretLimbs = new long[limbs];
    for (int limb = 0; limb < limbs; limb++) {
      long sum = 0;
      for (int i = 0; i < threshold; i++) {
        sum = field.plus(sum, field.times(shares.get(i).limb(limb), weights.values[i]));
      }
      secretLimbs[limb] = sum;
    }
    return fromLimbs(secretLimbs);
  }

  private long checked(int point) {
    if (point < 1 || point >= field.modulus()) {
      throw new IllegalArgumentException("a point must be positive, got %d".formatted(point));
    }
    return point;
  }

  /// The secret as a big-endian number, cut into limbs, least significant first.
  private long[] toLimbs(Secret secret) {
    if (secret.length() != secretBytes) {
      throw new IllegalArgumentException(
          "a secret has %d bytes, got %d".formatted(secretBytes, secret.length()));
    }
    byte[] bytes = secret.bytes();
    long[] values = new long[limbs];
    for (int bit = 0; bit < 8 * secretBytes; bit++) {
      long set = (long) bytes[secretBytes - 1 - bit / 8] >>> (bit % 8) & 1;
      values[bit / limbBits] |= set << (bit % limbBits);
    }
    Arrays.fill(bytes, (byte) 0);
    return values;
  }

  private Optional<Secret> fromLimbs(long[] values) {
    int topBits = 8 * secretBytes - (limbs - 1) * limbBits;
    long excess = values[limbs - 1] >>> topBits;
    for (long value : values) {
      excess |= value >>> limbBits;
    }
    if (excess != 0) {
      return Optional.empty();
    }
    byte[] bytes = new byte[secretBytes];
    for (int bit = 0; bit < 8 * secretBytes; bit++) {
      long set = values[bit / limbBits] >>> (bit % limbBits) & 1;
      bytes[secretBytes - 1 - bit / 8] |= (byte) (set << (bit % 8));
    }
    Arrays.fill(values, 0);
    return Optional.of(Secret.taking(bytes));
  }
}

package dev.caisson.airlock.scan;

import java.util.List;

/// A tensor of floating-point numbers, bit for bit: each number's bits in the low end of a long,
/// the number of mantissa bits (23 for float, 52 for double, 10 for half, 7 for bfloat16) and
/// exponent bits. Held by reference: read only.
public final class WeightBits {
  private final String name;
  private final List<Long> shape;
  private final int mantissa;
  private final int exponent;
  private final long[] bits;

  WeightBits(String name, List<Long> shape, int mantissa, int exponent, long[] bits) {
    this.name = name;
    this.shape = List.copyOf(shape);
    this.mantissa = mantissa;
    this.exponent = exponent;
    this.bits = bits;
  }

  /// A tensor of 32-bit floats.
  public static WeightBits ofFloats(String name, float[] values) {
    long[] bits = new long[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Integer.toUnsignedLong(Float.floatToRawIntBits(values[i]));
    }
    return new WeightBits(name, List.of((long) values.length), 23, 8, bits);
  }

  public String name() {
    return name;
  }

  public List<Long> shape() {
    return shape;
  }

  /// How many bits follow the leading one.
  public int mantissa() {
    return mantissa;
  }

  /// How many bits the exponent has.
  public int exponent() {
    return exponent;
  }

  public int size() {
    return bits.length;
  }

  public long at(int i) {
    return bits[i];
  }

  @Override
  public String toString() {
    return "WeightBits[%s %s]".formatted(name, shape);
  }
}

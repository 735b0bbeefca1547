package dev.caisson.airlock.scan;

import java.util.Arrays;
import java.util.List;

/// Numbers that a model file keeps, with the shape it gives them: an initializer, or a tensor or
/// list in a node's attribute (tree tables, coefficients), at any depth. Compared by content. The
/// values are held by reference: nobody changes them.
public final class StoredTensor {
  private final String name;
  private final List<Integer> shape;
  private final float[] values;

  /// The shape need not fit: where it does not, the values are read as one run.
  public StoredTensor(String name, List<Integer> shape, float[] values) {
    long product = 1;
    for (int dim : shape) {
      product = dim < 0 || product > Integer.MAX_VALUE ? -1 : product * dim;
    }
    this.name = name;
    this.shape = product == values.length ? List.copyOf(shape) : List.of(values.length);
    this.values = values;
  }

  public String name() {
    return name;
  }

  public List<Integer> shape() {
    return shape;
  }

  /// Not a copy: read only.
  public float[] values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredTensor t
        && name.equals(t.name)
        && shape.equals(t.shape)
        && Arrays.equals(values, t.values);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "StoredTensor[%s %s]".formatted(name, shape);
  }
}

package dev.caisson.runtime.onnx;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Where each trainable initializer lies in the flat vector: in the file's initializer order,
/// weights and statistics alike, without gaps. Two models with equal layouts can exchange vectors;
/// [#digest] says whether they are equal.
public record ParameterLayout(List<Parameter> parameters) {
  private static final String DOMAIN = "caisson/parameter-layout/v2";

  public ParameterLayout {
    parameters = List.copyOf(parameters);
    int next = 0;
    for (Parameter parameter : parameters) {
      if (parameter.offset() != next) {
        throw new IllegalArgumentException(
            "parameter '%s' must start at %d, starts at %d"
                .formatted(parameter.name(), next, parameter.offset()));
      }
      next = Math.addExact(next, parameter.length());
    }
  }

  /// Lays these initializers one after the other.
  static ParameterLayout of(List<Trainable.Chosen> trainable) {
    List<Parameter> parameters = new ArrayList<>();
    int offset = 0;
    for (Trainable.Chosen chosen : trainable) {
      Tensor tensor = chosen.tensor();
      parameters.add(
          new Parameter(tensor.name(), tensor.shape(), offset, tensor.elements(), chosen.kind()));
      offset = Math.addExact(offset, tensor.elements());
    }
    return new ParameterLayout(parameters);
  }

  /// The length of the flat vector.
  public int length() {
    if (parameters.isEmpty()) {
      return 0;
    }
    Parameter last = parameters.getLast();
    return last.offset() + last.length();
  }

  /// The digest of names, shapes, kinds and places; the values have no part in it.
  public Digest digest() {
    FieldWriter fields = new FieldWriter(DOMAIN).number(parameters.size());
    for (Parameter parameter : parameters) {
      fields.text(parameter.name()).number(parameter.shape().rank());
      parameter.shape().dimensions().forEach(fields::number);
      fields.number(parameter.offset()).number(parameter.length());
      fields.text(parameter.kind().name());
    }
    return fields.toDigest();
  }

  /// The digest of one parameter's values in a vector: SHA-256 of its little-endian floats.
  public Digest digestOf(Parameter parameter, float[] vector) {
    requireLength(vector);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(parameter.length(), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector, parameter.offset(), parameter.length());
    return Digest.of(bytes.array());
  }

  /// Refuses a vector of another length.
  public void requireLength(float[] vector) {
    if (vector.length != length()) {
      throw new IllegalArgumentException(
          "this model has %d trainable numbers, the vector has %d"
              .formatted(length(), vector.length));
    }
  }

  /// Refuses an offset of the gradient that a trainer cannot add: the recipe says whether it wants
  /// one.
  public void requireOffset(float[] offset, boolean wanted) {
    if (!wanted) {
      throw new IllegalArgumentException("the recipe has no offset: ask for it by withOffset()");
    }
    requireLength(offset);
    for (int i = 0; i < offset.length; i++) {
      if (!Float.isFinite(offset[i])) {
        throw new IllegalArgumentException(
            "an offset must be finite, position %d is %s".formatted(i, offset[i]));
      }
    }
  }

  /// Refuses a vector of another length, and one with a value that is not finite.
  public void requireWeights(float[] vector) {
    requireLength(vector);
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            "weights must be finite, position %d of the vector is %s".formatted(i, vector[i]));
      }
    }
  }
}

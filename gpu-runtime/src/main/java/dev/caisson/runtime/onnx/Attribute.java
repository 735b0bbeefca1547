package dev.caisson.runtime.onnx;

import java.util.List;

/// A setting of a node. Attributes that hold graphs (If, Loop, Scan) are refused by the decoder.
public sealed interface Attribute {
  record Whole(long value) implements Attribute {}

  record Real(float value) implements Attribute {}

  record Text(String value) implements Attribute {}

  record Wholes(List<Long> values) implements Attribute {
    public Wholes {
      values = List.copyOf(values);
    }
  }

  record Reals(List<Float> values) implements Attribute {
    public Reals {
      values = List.copyOf(values);
    }
  }

  record Texts(List<String> values) implements Attribute {
    public Texts {
      values = List.copyOf(values);
    }
  }

  record Stored(Tensor value) implements Attribute {}
}

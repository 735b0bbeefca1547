package dev.caisson.runtime.onnx;

import java.util.List;
import java.util.Map;

/// One operation of the graph. An empty input or output name means "left out".
///
/// @param name as in the file; where the file has none, `#7` for the eighth node
public record Node(
    String name,
    String operation,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Map.copyOf(attributes);
  }

  /// For messages: `node 'fc1' (Gemm)`.
  public String label() {
    return "node '%s' (%s)".formatted(name, operation);
  }

  /// The name of input `index`, or "" where it is left out.
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  public long whole(String attribute, long otherwise) throws InvalidModelException {
    return switch (attributes.get(attribute)) {
      case null -> otherwise;
      case Attribute.Whole(long value) -> value;
      case Attribute other -> throw wrongKind(attribute, "a whole number");
    };
  }

  public float real(String attribute, float otherwise) throws InvalidModelException {
    return switch (attributes.get(attribute)) {
      case null -> otherwise;
      case Attribute.Real(float value) -> value;
      case Attribute other -> throw wrongKind(attribute, "a real number");
    };
  }

  public String text(String attribute, String otherwise) throws InvalidModelException {
    return switch (attributes.get(attribute)) {
      case null -> otherwise;
      case Attribute.Text(String value) -> value;
      case Attribute other -> throw wrongKind(attribute, "a text");
    };
  }

  /// The whole numbers of a list attribute; empty where it is left out.
  public List<Long> wholes(String attribute) throws InvalidModelException {
    return switch (attributes.get(attribute)) {
      case null -> List.of();
      case Attribute.Wholes(List<Long> values) -> values;
      case Attribute other -> throw wrongKind(attribute, "a list of whole numbers");
    };
  }

  private InvalidModelException wrongKind(String attribute, String wanted) {
    return new InvalidModelException(
        "%s: attribute '%s' must be %s".formatted(label(), attribute, wanted));
  }
}

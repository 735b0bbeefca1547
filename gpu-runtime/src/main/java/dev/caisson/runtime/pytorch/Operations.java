package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;
import java.util.TreeMap;

/// Every operation that this engine has, by its ONNX name.
final class Operations {
  private static final Map<String, Operation> TABLE = new TreeMap<>();

  static {
    TABLE.putAll(LinearOperations.TABLE);
    TABLE.putAll(ArithmeticOperations.TABLE);
    TABLE.putAll(ActivationOperations.TABLE);
    TABLE.putAll(ArrangingOperations.TABLE);
    TABLE.putAll(DropoutOperations.TABLE);
  }

  private Operations() {}

  static Operation of(Node node) throws UnsupportedModelException {
    Operation operation = TABLE.get(node.operation());
    if (operation == null) {
      throw new UnsupportedModelException(
          "the pytorch engine has no operation for %s; it has %s"
              .formatted(node.label(), String.join(", ", TABLE.keySet())));
    }
    return operation;
  }
}

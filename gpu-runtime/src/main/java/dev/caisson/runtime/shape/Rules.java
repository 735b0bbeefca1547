package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Every operation whose shapes are known, by its ONNX name.
final class Rules {
  private static final Map<String, Rule> TABLE = new TreeMap<>();

  static {
    TABLE.putAll(ElementwiseRules.TABLE);
    TABLE.putAll(LinearRules.TABLE);
    TABLE.putAll(RecurrentRules.TABLE);
    TABLE.putAll(ArrangingRules.TABLE);
    TABLE.putAll(PickingRules.TABLE);
    TABLE.putAll(MakingRules.TABLE);
    TABLE.putAll(ReducingRules.TABLE);
    TABLE.putAll(WindowRules.TABLE);
    TABLE.putAll(NormalisingRules.TABLE);
    TABLE.putAll(ResizeRules.TABLE);
  }

  private Rules() {}

  static Rule of(Node node) throws InvalidModelException {
    Rule rule = TABLE.get(node.operation());
    if (rule == null) {
      throw new InvalidModelException("%s: no engine has this operation".formatted(node.label()));
    }
    return rule;
  }

  static Set<String> operations() {
    return TABLE.keySet();
  }
}

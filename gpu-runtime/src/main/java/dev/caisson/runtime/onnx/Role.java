package dev.caisson.runtime.onnx;

import java.util.HashMap;
import java.util.Map;

/// What an input position of an operation does with an initializer that arrives there. To teach
/// another operation's weights, add a line to [#TABLE].
enum Role {
  /// The matrix, kernel, embedding or bias of a layer: a weight, whatever its name.
  MATRIX,
  /// The scale or shift of a normalisation, the slope of a PRelu: a weight, unless an exporter made
  /// its name up (a normalisation without weights gets a dummy scale of ones).
  SCALE,
  /// Added to, multiplied with or appended to a value: a weight where that value already depends on
  /// one, unless an exporter made its name up.
  JOINED,
  /// A running mean or variance.
  STATISTIC,
  /// Any other reading: a weight only if the file says so.
  OTHER;

  private static final Map<String, Map<Integer, Role>> TABLE = new HashMap<>();

  static {
    put("Gemm", MATRIX, 0, 1, 2);
    put("MatMul", MATRIX, 0, 1);
    put("Einsum", MATRIX, 0, 1, 2, 3);
    put("Conv", MATRIX, 1, 2);
    put("ConvTranspose", MATRIX, 1, 2);
    put("Gather", MATRIX, 0);
    put("LSTM", MATRIX, 1, 2, 3);
    put("GRU", MATRIX, 1, 2, 3);
    put("RNN", MATRIX, 1, 2, 3);
    put("BatchNormalization", SCALE, 1, 2);
    put("BatchNormalization", STATISTIC, 3, 4);
    put("GroupNormalization", SCALE, 1, 2);
    put("InstanceNormalization", SCALE, 1, 2);
    put("LayerNormalization", SCALE, 1, 2);
    put("PRelu", SCALE, 1);
    put("Add", JOINED, 0, 1);
    put("Mul", JOINED, 0, 1);
  }

  private static void put(String operation, Role role, int... positions) {
    Map<Integer, Role> roles = TABLE.computeIfAbsent(operation, name -> new HashMap<>());
    for (int position : positions) {
      roles.put(position, role);
    }
  }

  static Role of(String operation, int position) {
    if (operation.equals("Concat")) {
      return JOINED;
    }
    return TABLE.getOrDefault(operation, Map.of()).getOrDefault(position, OTHER);
  }
}

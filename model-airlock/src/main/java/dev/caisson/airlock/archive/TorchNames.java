package dev.caisson.airlock.archive;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The names that pickles of PyTorch's tensors, state dictionaries and TorchScript modules ask for.
/// Source: `torch/_weights_only_unpickler.py` (PyTorch 2.5), less what plain weights don't need,
/// and `torch/csrc/jit/serialization/pickler.cpp`.
final class TorchNames {
  static final String DICT = "collections.OrderedDict";

  private static final Set<String> FUNCTIONS =
      Set.of(
          DICT,
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_parameter",
          "torch.jit._pickle.build_intlist",
          "torch.jit._pickle.build_doublelist",
          "torch.jit._pickle.build_boollist",
          "torch.jit._pickle.build_tensorlist",
          "torch.jit._pickle.restore_type_tag");

  /// Bytes of each number in a storage.
  private static final Map<String, Integer> STORAGES =
      Map.of(
          "Double",
          8,
          "Float",
          4,
          "Half",
          2,
          "BFloat16",
          2,
          "Long",
          8,
          "Int",
          4,
          "Short",
          2,
          "Char",
          1,
          "Byte",
          1,
          "Bool",
          1);

  private static final Set<String> STORAGE_NAMES =
      STORAGES.keySet().stream()
          .map(kind -> "torch.%sStorage".formatted(kind))
          .collect(Collectors.toUnmodifiableSet());

  private TorchNames() {}

  static boolean allowed(String name) {
    return FUNCTIONS.contains(name) || STORAGE_NAMES.contains(name) || own(name);
  }

  static boolean function(String name) {
    return FUNCTIONS.contains(name);
  }

  /// A class that the archive defines itself, in TorchScript; Python has no such module.
  static boolean own(String name) {
    return name.matches("__torch__(\\.[A-Za-z_][A-Za-z0-9_]*)+");
  }

  /// Bytes of each number, or 0 if this names no storage.
  static int width(String storage) {
    return STORAGE_NAMES.contains(storage)
        ? STORAGES.getOrDefault(
            storage.substring("torch.".length(), storage.length() - "Storage".length()), 0)
        : 0;
  }
}

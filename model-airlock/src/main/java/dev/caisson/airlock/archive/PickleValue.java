package dev.caisson.airlock.archive;

import java.util.List;

/// What a pickle's opcodes would put on the stack, as far as the check needs it. Nothing here is an
/// object of the pickle's choice.
sealed interface PickleValue {
  /// A name that the pickle asks for; it is compared with a list, never looked up.
  record Global(String name) implements PickleValue {}

  record Text(String value) implements PickleValue {}

  record Whole(long value) implements PickleValue {}

  record Tuple(List<PickleValue> values) implements PickleValue {
    public Tuple {
      values = List.copyOf(values);
    }
  }

  /// A storage in the archive's `data` folder, by its persistent id.
  record Storage(String type, String key, long numbers) implements PickleValue {}

  /// An object of a class that the archive defines in TorchScript, or an `OrderedDict`.
  record Built(String type) implements PickleValue {}

  /// Numbers, lists, dictionaries, tensors: harmless, and not looked into.
  enum Plain implements PickleValue {
    VALUE,
    LIST,
    DICT,
    MARK
  }
}

package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tensors that a program wants after the fixed slots, each once however often it is read.
final class Constants {
  /// Numbers that were worked out here (places and weights of a resampling, say), all together. The
  /// file's own tensors are counted with the values of a step.
  private static final long MOST_COMPUTED = 1 << 24;

  private final List<Stored> list = new ArrayList<>();
  private final Map<Stored, Integer> places = new HashMap<>();
  private long computed;

  /// The script's name for a constant.
  String place(Stored constant) {
    Integer known = places.putIfAbsent(constant, list.size());
    if (known == null) {
      list.add(constant);
    }
    return "t[%d]".formatted(Slot.COUNT + (known == null ? list.size() - 1 : known));
  }

  /// Refuses more numbers than a graph has any use for.
  void requireRoom(Emission node, long numbers) throws UnsupportedModelException {
    computed += numbers;
    if (computed > MOST_COMPUTED) {
      throw node.lacks(
          "room for more than %d numbers of resampling and padding tables"
              .formatted(MOST_COMPUTED));
    }
  }

  List<Stored> list() {
    return List.copyOf(list);
  }
}

package dev.caisson.airlock.table;

import dev.caisson.dataset.BadCellException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The different texts of one column, numbered as they come; bounded.
final class Dictionary {
  static final int MOST_TEXTS = 10_000;

  private final Map<String, Integer> codes = new HashMap<>();
  private final List<String> texts = new ArrayList<>();

  int code(String text) throws BadCellException {
    Integer known = codes.get(text);
    if (known != null) {
      return known;
    }
    if (texts.size() == MOST_TEXTS) {
      throw new BadCellException(
          "this column has more than %,d different texts, so it seems to name rows or to be free text; name it with --id or --group, or leave it out"
              .formatted(MOST_TEXTS));
    }
    codes.put(text, texts.size());
    texts.add(text);
    return texts.size() - 1;
  }

  List<String> texts() {
    return texts;
  }

  boolean isEmpty() {
    return texts.isEmpty();
  }

  /// Whether every text says true or false, in any case.
  boolean flags() {
    return !texts.isEmpty()
        && texts.size() <= 6
        && texts.stream().allMatch(text -> isTrue(text) || text.equalsIgnoreCase("false"));
  }

  static boolean isTrue(String text) {
    return text.toLowerCase(Locale.ROOT).equals("true");
  }
}

package dev.caisson.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds what somebody probably meant to write.
public final class Spelling {
  private static final int LONGEST = 64;

  private Spelling() {}

  /// The known word nearest to `word`, where at most a third of its letters (and at least one)
  /// would have to change; letter case does not count.
  public static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    String best = null;
    int fewest = Math.max(1, word.length() / 3) + 1;
    for (String candidate : known) {
      if (candidate.length() <= LONGEST) {
        int changes = changes(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
        if (changes < fewest) {
          fewest = changes;
          best = candidate;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /// ` (did you mean 'x'?)`, or nothing.
  public static String hint(String word, Collection<String> known) {
    return nearest(word, known).map(" (did you mean '%s'?)"::formatted).orElse("");
  }

  /// Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
  static int changes(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] above = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        row[j] = Math.min(above[j - 1] + (same ? 0 : 1), 1 + Math.min(above[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      int[] spare = before;
      before = above;
      above = row;
      row = spare;
    }
    return above[b.length()];
  }
}

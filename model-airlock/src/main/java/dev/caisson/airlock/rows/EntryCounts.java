package dev.caisson.airlock.rows;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// How many persons hold each entry that a model's tables might keep: a word, a category, a whole
/// number. Several rows of one person count once. Never leaves the site; prints its size only.
public final class EntryCounts {
  private final Map<String, Set<String>> persons = new HashMap<>();

  /// Notes that this person holds this entry, in any column (labels too).
  public void add(String person, String entry) {
    persons.computeIfAbsent(canonical(entry), e -> new HashSet<>()).add(person);
  }

  public void addAll(String person, Collection<String> entries) {
    entries.forEach(entry -> add(person, entry));
  }

  /// Persons who hold the entry; 0 if nobody does.
  int persons(String entry) {
    Set<String> holders = persons.get(canonical(entry));
    return holders == null ? 0 : holders.size();
  }

  /// One spelling for each whole number: `7`, `7.0` and ` 7` are one entry.
  private static String canonical(String entry) {
    String text = entry.strip();
    return text.matches("-?\\d{1,15}\\.0*") ? text.substring(0, text.indexOf('.')) : text;
  }

  @Override
  public String toString() {
    return "EntryCounts[%d entries]".formatted(persons.size());
  }
}

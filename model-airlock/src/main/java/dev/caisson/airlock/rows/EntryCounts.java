package dev.caisson.airlock.rows;

import dev.caisson.airlock.scan.ModelGraph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// How many persons hold each entry that a model's tables keep: a word, a category, a whole number.
/// Only those entries are counted, and only up to a limit, so that a large table costs no more
/// memory than a small one. Several rows of one person count once. Never leaves the site; prints
/// its size only.
///
/// A caller with dictionaries looks each word up once ([#find]) and adds by its place; numbers are
/// added as they are ([#addNumber]).
public final class EntryCounts {
  private static final int NUMBER = 15; // digits that a whole number of ours may have
  private static final int[] NOBODY = {};

  private final int most;
  private final Map<String, Integer> places;
  private final double[] numbers; // rising; the entries that are numbers
  private final int[] numberPlaces; // theirs
  private final int[][] holders; // of each entry, up to `most` persons
  private final int[] counts;

  private EntryCounts(Map<String, Integer> places, int most) {
    this.places = places;
    this.most = most;
    this.holders = new int[places.size()][];
    Arrays.fill(holders, NOBODY);
    this.counts = new int[places.size()];
    Map<Double, Integer> byNumber = new HashMap<>();
    places.forEach(
        (entry, place) -> {
          if (entry.matches("-?\\d{1,%d}(\\.\\d{1,20})?".formatted(NUMBER))) {
            byNumber.put(Double.parseDouble(entry) + 0.0, place);
          }
        });
    this.numbers = byNumber.keySet().stream().mapToDouble(Double::doubleValue).sorted().toArray();
    this.numberPlaces = Arrays.stream(numbers).mapToInt(byNumber::get).toArray();
  }

  /// Of all entries that this model keeps, counting up to `most` persons each: at least the k of
  /// the check.
  public static EntryCounts wanted(ModelGraph graph, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("persons are counted up to 1 or more, got " + most);
    }
    Map<String, Integer> places = new HashMap<>();
    for (KeptEntries kept : KeptEntries.of(graph)) {
      for (String entry : kept.entries()) {
        places.putIfAbsent(canonical(entry), places.size());
      }
    }
    return new EntryCounts(places, most);
  }

  /// Whether there is nothing to count.
  public boolean isEmpty() {
    return places.isEmpty();
  }

  /// Whether any number is looked for: if not, no numeric column needs to be added.
  public boolean wantsNumbers() {
    return numbers.length > 0;
  }

  /// The place of this entry, or -1 if the model does not keep it.
  public int find(String entry) {
    return places.getOrDefault(canonical(entry), -1);
  }

  /// Notes that this person holds the entry at this place, in any column (labels too).
  public void add(int person, int place) {
    int count = counts[place];
    if (count == most) {
      return;
    }
    int[] known = holders[place];
    // a person's rows mostly follow one another
    for (int i = count - 1; i >= 0; i--) {
      if (known[i] == person) {
        return;
      }
    }
    if (count == known.length) {
      known = Arrays.copyOf(known, Math.min(most, 2 * count + 4));
      holders[place] = known;
    }
    known[count] = person;
    counts[place]++;
  }

  /// Notes that this person holds this entry, if the model keeps it.
  public void add(int person, String entry) {
    int place = find(entry);
    if (place >= 0) {
      add(person, place);
    }
  }

  /// Notes that this person holds this number, if the model keeps it.
  public void addNumber(int person, double number) {
    int at = Arrays.binarySearch(numbers, number + 0.0);
    if (at >= 0) {
      add(person, numberPlaces[at]);
    }
  }

  int most() {
    return most;
  }

  /// Persons who hold the entry, or `most` if there are more; 0 if nobody does.
  int persons(String entry) {
    int place = find(entry);
    return place < 0 ? 0 : counts[place];
  }

  /// One spelling for each whole number: `7`, `7.0` and ` 7` are one entry.
  private static String canonical(String entry) {
    String text = entry.strip();
    return text.matches("-?\\d{1,15}\\.0*") ? text.substring(0, text.indexOf('.')) : text;
  }

  @Override
  public String toString() {
    return "EntryCounts[%d entries]".formatted(places.size());
  }
}

package dev.caisson.airlock.table;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Which columns are no features, and which are texts even where they look like numbers.
///
/// @param label the column to be predicted
/// @param id names a row; also its person where there is no group
/// @param group names the person of a row
/// @param time of the event or of the end of follow-up, in survival
/// @param texts columns that a model takes as texts; compared also by [#plainName]
public record Roles(
    String label,
    Optional<String> id,
    Optional<String> group,
    Optional<String> time,
    Set<String> texts) {
  public Roles {
    texts = Set.copyOf(texts);
    if (id.equals(Optional.of(label))
        || group.equals(Optional.of(label))
        || time.equals(Optional.of(label))) {
      throw new IllegalArgumentException(
          "the label '%s' cannot also be the id, the group or the time".formatted(label));
    }
  }

  public static Roles ofLabel(String label) {
    return new Roles(label, Optional.empty(), Optional.empty(), Optional.empty(), Set.of());
  }

  public Roles withId(String column) {
    return new Roles(label, Optional.of(column), group, time, texts);
  }

  public Roles withGroup(String column) {
    return new Roles(label, id, Optional.of(column), time, texts);
  }

  public Roles withTime(String column) {
    return new Roles(label, id, group, Optional.of(column), texts);
  }

  public Roles withTexts(Set<String> columns) {
    return new Roles(label, id, group, time, columns);
  }

  /// A name as skl2onnx writes it: everything but letters and digits is an underscore.
  public static String plainName(String column) {
    return column.replaceAll("[^\\p{L}\\p{N}_]", "_");
  }

  boolean isText(String column) {
    return texts.contains(column) || texts.contains(plainName(column));
  }

  /// All that are no features, in a fixed order.
  Set<String> apart() {
    Set<String> apart = new LinkedHashSet<>();
    apart.add(label);
    id.ifPresent(apart::add);
    group.ifPresent(apart::add);
    time.ifPresent(apart::add);
    return apart;
  }
}

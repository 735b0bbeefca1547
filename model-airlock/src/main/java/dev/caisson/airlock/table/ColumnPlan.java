package dev.caisson.airlock.table;

import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import dev.caisson.yaml.Spelling;
import java.nio.file.Path;
import java.util.List;

/// Which column of a table goes where. Feature `i` is `features.get(i)`; the label is numbered
/// after the features, the time after it, then id and group.
record ColumnPlan(List<String> features, Roles roles) {
  static ColumnPlan of(TableFile members, Roles roles) throws BadTableException {
    for (String apart : roles.apart()) {
      if (!members.columns().contains(apart)) {
        throw bad(
            members.file(),
            apart,
            "this column is missing"
                + Spelling.hint(apart, members.columns())
                + separator(members.columns()));
      }
    }
    List<String> features =
        members.columns().stream().filter(name -> !roles.apart().contains(name)).toList();
    if (features.isEmpty()) {
      throw bad(members.file(), "", "no column is left to be a feature");
    }
    return new ColumnPlan(features, roles);
  }

  int label() {
    return features.size();
  }

  int time() {
    return features.size() + 1;
  }

  /// Features, label and time: what becomes floats.
  int values() {
    return features.size() + 2;
  }

  String nameOf(int value) {
    return value < features.size()
        ? features.get(value)
        : value == label() ? roles.label() : roles.time().orElseThrow();
  }

  /// For each column of the file its value's number, or -1.
  int[] valuesOf(TableFile table) {
    return table.columns().stream()
        .mapToInt(
            name ->
                name.equals(roles.label())
                    ? label()
                    : roles.time().filter(name::equals).isPresent()
                        ? time()
                        : features.indexOf(name))
        .toArray();
  }

  /// Refuses a table whose columns are not the members'.
  static void same(TableFile members, TableFile others) throws BadTableException {
    for (String name : members.columns()) {
      if (!others.columns().contains(name)) {
        List<String> extra =
            others.columns().stream().filter(o -> !members.columns().contains(o)).toList();
        throw bad(
            others.file(),
            name,
            "%s has this column and this table has not%s"
                .formatted(members.file().getFileName(), Spelling.hint(name, extra)));
      }
    }
    for (String name : others.columns()) {
      if (!members.columns().contains(name)) {
        throw bad(
            others.file(),
            name,
            "this table has this column and %s has not; remove it or add it there"
                .formatted(members.file().getFileName()));
      }
    }
  }

  private static String separator(List<String> header) {
    boolean other = header.size() == 1 && header.getFirst().matches(".*[;\t].*");
    return other ? "; the header seems to be separated by semicolons or tabs: use commas" : "";
  }

  private static BadTableException bad(Path file, String column, String problem) {
    return BadTableException.of(file, new Fault(0, column, problem));
  }
}

package dev.caisson.cli.local;

import dev.caisson.cli.failure.CommandFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Where each of a table's features goes in the model's row. With a note the names decide, and a
/// table with the same columns in another order is put right; without one the table's order stands
/// and only the count can be checked.
///
/// @param places the model's position of each feature of the table
/// @param moved whether any feature stands elsewhere than in the table
record FeatureOrder(List<Integer> places, boolean moved) {
  private static final int SHOWN = 12;

  static FeatureOrder of(
      Path table, List<String> columns, Path model, int inputs, Optional<TrainingNote> note)
      throws CommandFailure {
    if (note.isPresent()) {
      List<String> wanted = note.get().features();
      if (wanted.size() != inputs || new HashSet<>(wanted).size() != inputs) {
        throw new CommandFailure(
            "the note beside %s names %d features, some maybe twice, and the model takes %d; move the note away to go on without it"
                .formatted(model, wanted.size(), inputs));
      }
      return byName(table, columns, model, wanted);
    }
    if (columns.size() != inputs) {
      throw new CommandFailure(
          "%s has %d features (%s), and %s takes %d"
              .formatted(table, columns.size(), listed(columns), model, inputs));
    }
    return new FeatureOrder(IntStream.range(0, inputs).boxed().toList(), false);
  }

  private static FeatureOrder byName(
      Path table, List<String> columns, Path model, List<String> wanted) throws CommandFailure {
    List<String> missing = without(wanted, columns);
    List<String> extra = without(columns, wanted);
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new CommandFailure(
          "%s was trained on other features than %s has%s%s"
              .formatted(
                  model,
                  table,
                  missing.isEmpty() ? "" : "; missing: " + listed(missing),
                  extra.isEmpty() ? "" : "; not known to the model: " + listed(extra)));
    }
    List<Integer> places = columns.stream().map(wanted::indexOf).toList();
    return new FeatureOrder(places, !columns.equals(wanted));
  }

  /// The table's position of a feature of the model.
  int column(int place) {
    return places.indexOf(place);
  }

  /// Copies the table's row at `from[start ..]` to the model's row at `to[at ..]`.
  void arrange(float[] from, int start, float[] to, int at) {
    for (int i = 0; i < places.size(); i++) {
      to[at + places.get(i)] = from[start + i];
    }
  }

  private static List<String> without(List<String> names, List<String> others) {
    List<String> left = new ArrayList<>(names);
    left.removeAll(new HashSet<>(others));
    return left;
  }

  private static String listed(List<String> names) {
    return names.size() <= SHOWN
        ? String.join(", ", names)
        : "%s and %d more"
            .formatted(String.join(", ", names.subList(0, SHOWN)), names.size() - SHOWN);
  }
}

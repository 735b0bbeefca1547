package dev.caisson.airlock.mapping;

import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.runtime.score.ModelInput;
import dev.caisson.runtime.score.ModelInput.Kind;
import java.util.List;

/// What to say where columns and inputs do not fit by themselves: what the model wants, what the
/// table has, and a mapping to start from.
final class Skeleton {
  private static final int SHOWN = 60;

  private Skeleton() {}

  static String unclear(List<RecordColumn> columns, ModelShape model) {
    return "The model wants %s. The table has %d columns besides label, id and group: %s. %s"
        .formatted(
            model.inputsInWords(),
            columns.size(),
            shown(columns.stream().map(RecordColumn::name).toList()),
            of(columns, model));
  }

  private static String shown(List<String> names) {
    return names.size() <= SHOWN
        ? String.join(", ", names)
        : "%s and %d more"
            .formatted(String.join(", ", names.subList(0, SHOWN)), names.size() - SHOWN);
  }

  static String of(List<RecordColumn> columns, ModelShape model) {
    StringBuilder out =
        new StringBuilder(
            "Write a file like this, with the columns in the order in which the model was trained, and give it with --inputs:\n");
    out.append("caisson: mapping/v1\ninputs:\n");
    for (ModelInput input : model.inputs().stream().limit(10).toList()) {
      out.append("  - name: ").append(quoted(input.name())).append('\n');
      out.append("    columns:  # ").append(ModelShape.words(input)).append('\n');
      for (RecordColumn column : columns.stream().limit(SHOWN).toList()) {
        out.append("      - ").append(line(column, input)).append('\n');
      }
    }
    return out.toString().stripTrailing();
  }

  private static String line(RecordColumn column, ModelInput input) {
    if (!column.isText() || input.kind() == Kind.TEXT) {
      return quoted(column.name());
    }
    List<String> categories =
        column.texts().stream().sorted().limit(10).map(Skeleton::quoted).toList();
    return "{column: %s, categories: [%s%s]}"
        .formatted(
            quoted(column.name()),
            String.join(", ", categories),
            column.texts().size() > 10 ? ", ..." : "");
  }

  private static String quoted(String text) {
    return text.matches("[A-Za-z][A-Za-z0-9_ -]*[A-Za-z0-9]|[A-Za-z]")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}

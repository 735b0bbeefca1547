package dev.caisson.airlock.mapping;

import dev.caisson.airlock.mapping.Mapping.ColumnUse;
import dev.caisson.airlock.mapping.Mapping.InputColumns;
import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.airlock.table.Roles;
import dev.caisson.runtime.score.ModelInput;
import dev.caisson.runtime.score.ModelInput.Kind;
import dev.caisson.yaml.Spelling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which column goes where, for every position of a model's row.
///
/// @param words what was taken for granted, for the dossier
record EncodingPlan(List<Step> steps, List<String> words) {
  EncodingPlan {
    steps = List.copyOf(steps);
    words = List.copyOf(words);
  }

  /// @param features the order of the columns as a training note tells it; empty without one
  static EncodingPlan of(
      List<RecordColumn> columns, ModelShape model, Mapping mapping, List<String> features)
      throws BadMappingException {
    if (!mapping.inputs().isEmpty()) {
      return mapped(columns, model, mapping.inputs());
    }
    List<String> names = columns.stream().map(RecordColumn::name).toList();
    if (model.inputs().size() == 1 && features.size() == model.width()) {
      return matrix(columns, model, features, "as the note of its training says");
    }
    if (model.inputs().size() == 1 && columns.size() == model.width()) {
      return matrix(columns, model, names, "in the table's order");
    }
    if (model.inputs().stream().allMatch(input -> input.width() == 1)) {
      return byName(columns, model);
    }
    throw new BadMappingException(Skeleton.unclear(columns, model));
  }

  private static EncodingPlan matrix(
      List<RecordColumn> columns, ModelShape model, List<String> order, String why)
      throws BadMappingException {
    ModelInput input = model.inputs().getFirst();
    List<Step> steps = new ArrayList<>();
    for (String name : order) {
      steps.add(step(columns, model, input, ColumnUse.asRead(name)));
    }
    List<String> words = new ArrayList<>();
    words.add(
        "The %d columns feed the model's one input %s; nothing in the file says that this is the order in which it was trained."
            .formatted(order.size(), why));
    unused(columns, steps).ifPresent(words::add);
    return new EncodingPlan(steps, words);
  }

  private static EncodingPlan byName(List<RecordColumn> columns, ModelShape model)
      throws BadMappingException {
    List<Step> steps = new ArrayList<>();
    for (ModelInput input : model.inputs()) {
      String name = match(columns, model, input.name());
      steps.add(step(columns, model, input, ColumnUse.asRead(name)));
    }
    List<String> words = new ArrayList<>();
    words.add(
        "Each of the model's %d inputs is fed by the column of its name.".formatted(steps.size()));
    unused(columns, steps).ifPresent(words::add);
    return new EncodingPlan(steps, words);
  }

  private static String match(List<RecordColumn> columns, ModelShape model, String input)
      throws BadMappingException {
    List<String> names = columns.stream().map(RecordColumn::name).toList();
    if (names.contains(input)) {
      return input;
    }
    List<String> plain =
        names.stream()
            .filter(name -> Roles.plainName(name).equals(Roles.plainName(input)))
            .toList();
    if (plain.size() != 1) {
      throw new BadMappingException(
          plain.isEmpty()
              ? "no column is named as the model's input '%s'%s. %s"
                  .formatted(input, Spelling.hint(input, names), Skeleton.unclear(columns, model))
              : "the model's input '%s' may be any of the columns %s; say which in a mapping"
                  .formatted(input, String.join(", ", plain)));
    }
    return plain.getFirst();
  }

  private static EncodingPlan mapped(
      List<RecordColumn> columns, ModelShape model, List<InputColumns> inputs)
      throws BadMappingException {
    List<String> known = model.inputs().stream().map(ModelInput::name).toList();
    Set<String> named = new HashSet<>();
    for (InputColumns input : inputs) {
      String name = input.name().orElse(known.size() == 1 ? known.getFirst() : "");
      if (!known.contains(name)) {
        throw new BadMappingException(
            "the mapping feeds the input '%s', which the model does not have%s; it has %s"
                .formatted(name, Spelling.hint(name, known), model.inputsInWords()));
      }
      if (!named.add(name)) {
        throw new BadMappingException("the mapping feeds the input '%s' twice".formatted(name));
      }
    }
    List<Step> steps = new ArrayList<>();
    for (ModelInput input : model.inputs()) {
      InputColumns uses =
          inputs.stream()
              .filter(candidate -> candidate.name().orElse(input.name()).equals(input.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new BadMappingException(
                          "the mapping does not feed the model's input %s"
                              .formatted(ModelShape.words(input))));
      int width = 0;
      for (ColumnUse use : uses.columns()) {
        Step step = step(columns, model, input, use);
        width += step.width();
        steps.add(step);
      }
      if (width != input.width()) {
        throw new BadMappingException(
            "the mapping gives the input '%s' %d numbers and the model wants %d: %s"
                .formatted(input.name(), width, input.width(), ModelShape.words(input)));
      }
    }
    List<String> words = new ArrayList<>();
    words.add("The model's inputs are fed as the mapping says.");
    unused(columns, steps).ifPresent(words::add);
    return new EncodingPlan(steps, words);
  }

  private static Step step(
      List<RecordColumn> columns, ModelShape model, ModelInput input, ColumnUse use)
      throws BadMappingException {
    List<String> names = columns.stream().map(RecordColumn::name).toList();
    int at = names.indexOf(use.column());
    if (at < 0) {
      throw new BadMappingException(
          "the model is fed by the column '%s', which the table does not have as a feature%s"
              .formatted(use.column(), Spelling.hint(use.column(), names)));
    }
    return StepMaking.step(columns.get(at), at, model, columns, input, use);
  }

  private static Optional<String> unused(List<RecordColumn> columns, List<Step> steps) {
    Set<Integer> used = new HashSet<>();
    steps.forEach(step -> used.add(step.column()));
    List<String> left = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (!used.contains(i)) {
        left.add(columns.get(i).name());
      }
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Columns that the model does not see: %s."
                .formatted(
                    left.size() > 20
                        ? String.join(", ", left.subList(0, 20))
                            + " and %d more".formatted(left.size() - 20)
                        : String.join(", ", left)));
  }

  /// Whether the model's row is the row as read.
  boolean identity(int columns) {
    for (int i = 0; i < steps.size(); i++) {
      boolean same =
          steps.get(i).column() == i
              && switch (steps.get(i)) {
                case Step.Scaled number -> number.asRead();
                case Step.OneHot _ -> false;
                case Step.Text text -> Float.isNaN(text.missing());
              };
      if (!same) {
        return false;
      }
    }
    return steps.size() == columns;
  }

  int width() {
    return steps.stream().mapToInt(Step::width).sum();
  }

  /// A name for each position.
  List<String> names(List<RecordColumn> columns, Mapping mapping) {
    List<String> names = new ArrayList<>();
    List<ColumnUse> uses =
        mapping.inputs().stream().flatMap(input -> input.columns().stream()).toList();
    for (Step step : steps) {
      String name = columns.get(step.column()).name();
      if (step instanceof Step.OneHot) {
        uses.stream()
            .filter(use -> use.column().equals(name) && use.categories().size() == step.width())
            .findFirst()
            .ifPresent(use -> use.categories().forEach(c -> names.add(name + "=" + c)));
      } else {
        names.add(name);
      }
    }
    return names;
  }

  /// For each position its dictionary, empty where it holds a number.
  List<List<String>> texts() {
    List<List<String>> texts = new ArrayList<>();
    for (Step step : steps) {
      for (int i = 0; i < step.width(); i++) {
        texts.add(step instanceof Step.Text text ? text.texts() : List.of());
      }
    }
    return texts;
  }

  static boolean isWhole(Kind kind) {
    return kind == Kind.WHOLE || kind == Kind.FLAG;
  }
}

package dev.caisson.airlock.mapping;

import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.airlock.table.Records;
import dev.caisson.runtime.onnx.Meaning;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// What the label says to the model: the task, the classes in the order of the outputs, and each
/// row's label as a class's index or as a value. The labels are held by reference.
final class Labelling {
  /// A column of at most so many different whole numbers is taken for classes.
  static final int MOST_CLASSES = 20;

  private final Task task;
  private final List<String> classes;
  private final float[] labels;
  private final List<String> words;

  private Labelling(Task task, List<String> classes, float[] labels, List<String> words) {
    this.task = task;
    this.classes = List.copyOf(classes);
    this.labels = labels;
    this.words = List.copyOf(words);
  }

  Task task() {
    return task;
  }

  List<String> classes() {
    return classes;
  }

  float[] labels() {
    return labels;
  }

  /// How task and order were told, for the dossier.
  List<String> words() {
    return words;
  }

  static Labelling of(Records records, ModelShape model, Mapping mapping, Wanted wanted)
      throws BadMappingException {
    for (int row = 0; row < records.rows(); row++) {
      if (Float.isNaN(records.labels()[row])) {
        throw new BadMappingException(
            "%s, column '%s': the label is missing; leave the row out"
                .formatted(records.where(row), records.labelColumn().name()));
      }
    }
    Optional<Task> said =
        wanted.task().isEmpty() && mapping.survival().isPresent()
            ? Optional.of(Task.SURVIVAL)
            : wanted.task();
    Task task = said.isPresent() ? said.get() : inferred(records, model, mapping, wanted);
    return switch (task) {
      case BINARY, MULTICLASS -> classes(records, model, mapping, wanted, said);
      case REGRESSION -> values(records, model, said);
      case SURVIVAL, RISK -> events(records, model, mapping, wanted);
    };
  }

  /// As read, where no model's outputs give the label a meaning.
  static Labelling unasked(Records records) {
    return new Labelling(Task.RISK, List.of(), records.labels(), List.of());
  }

  private static Task inferred(Records records, ModelShape model, Mapping mapping, Wanted wanted)
      throws BadMappingException {
    boolean named =
        !wanted.classes().isEmpty() || !mapping.classes().isEmpty() || !model.classes().isEmpty();
    if (named || model.outputs() > 1 || records.labelColumn().isText()) {
      return Task.MULTICLASS; // or binary: the outputs decide
    }
    TreeSet<Float> values = ClassOrder.few(records, records.rows());
    boolean probability = model.gives() == Meaning.LOGITS || model.gives() == Meaning.PROBABILITIES;
    boolean two = values.size() == 2;
    return (two && model.gives() != Meaning.VALUES) || (probability && !values.isEmpty())
        ? Task.BINARY
        : Task.REGRESSION;
  }

  private static Labelling classes(
      Records records, ModelShape model, Mapping mapping, Wanted wanted, Optional<Task> said)
      throws BadMappingException {
    int outputs = model.outputs();
    if ((said.equals(Optional.of(Task.MULTICLASS)) && outputs == 1)
        || (said.equals(Optional.of(Task.BINARY)) && outputs > 2)) {
      throw new BadMappingException(
          "the task is said to be %s and the model has %d output%s"
              .formatted(
                  said.get() == Task.BINARY ? "binary" : "multiclass",
                  outputs,
                  outputs == 1 ? "" : "s"));
    }
    ClassOrder order = ClassOrder.of(records, model, mapping, wanted);
    Task task = outputs == 1 ? Task.BINARY : Task.MULTICLASS;
    String words =
        "The task is %s with %d classes%s. Classes in the order of the outputs: %s (%s).%s"
            .formatted(
                task == Task.BINARY ? "binary" : "multiclass",
                order.classes().size(),
                said.isPresent() ? "" : ", as the model's outputs and the label tell",
                ClassOrder.listed(order.classes()),
                order.why(),
                task == Task.BINARY
                    ? " The output is about '%s'.".formatted(order.classes().getLast())
                    : "");
    return new Labelling(task, order.classes(), order.indices(records), List.of(words));
  }

  private static Labelling values(Records records, ModelShape model, Optional<Task> said)
      throws BadMappingException {
    RecordColumn label = records.labelColumn();
    if (label.isText()) {
      throw new BadMappingException(
          "the label '%s' holds texts, and regression needs numbers; give --task multiclass or binary"
              .formatted(label.name()));
    }
    if (model.outputs() != 1) {
      throw new BadMappingException(
          "regression has one output, and the model has %d".formatted(model.outputs()));
    }
    return new Labelling(
        Task.REGRESSION,
        List.of(),
        records.labels(),
        List.of(
            "The task is regression%s."
                .formatted(said.isPresent() ? "" : ", as the model's output and the label tell")));
  }

  private static Labelling events(Records records, ModelShape model, Mapping mapping, Wanted wanted)
      throws BadMappingException {
    int intervals = mapping.survival().map(s -> s.cuts().size()).orElse(1);
    if (model.outputs() != intervals) {
      throw new BadMappingException(
          mapping.survival().isPresent()
              ? "the mapping cuts time into %d intervals, and the model has %d outputs"
                  .formatted(intervals, model.outputs())
              : "a survival model of %d outputs needs 'survival' with time and cuts in a mapping"
                  .formatted(model.outputs()));
    }
    ModelShape one =
        new ModelShape(model.inputs(), 1, model.gives(), List.of()); // of the event alone
    ClassOrder order = ClassOrder.of(records, one, mapping, wanted);
    boolean discrete = mapping.survival().isPresent();
    return new Labelling(
        discrete ? Task.SURVIVAL : Task.RISK,
        order.classes(),
        order.indices(records),
        List.of(
            "The task is survival, %s. The event is '%s' (%s)."
                .formatted(
                    discrete
                        ? "in %d intervals".formatted(intervals)
                        : "of which the model gives a risk score alone",
                    order.classes().getLast(),
                    order.why())));
  }
}

package dev.caisson.airlock.mapping;

import dev.caisson.airlock.table.CellNumber;
import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.airlock.table.Records;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which class is which output.
///
/// @param why who says so
record ClassOrder(List<String> classes, String why) {
  private static final int MOST_LISTED = 12;

  static ClassOrder of(Records records, ModelShape model, Mapping mapping, Wanted wanted)
      throws BadMappingException {
    int count = Math.max(2, model.outputs());
    List<String> given = wanted.classes().isEmpty() ? mapping.classes() : wanted.classes();
    if (!wanted.classes().isEmpty()
        && !mapping.classes().isEmpty()
        && !wanted.classes().equals(mapping.classes())) {
      throw new BadMappingException(
          "--classes says %s and the mapping says %s; leave one of them out"
              .formatted(listed(wanted.classes()), listed(mapping.classes())));
    }
    ClassOrder order;
    if (!given.isEmpty()) {
      order =
          new ClassOrder(given, wanted.classes().isEmpty() ? "the mapping says" : "--classes says");
    } else if (!model.classes().isEmpty()) {
      order = new ClassOrder(model.classes(), "the model's file says");
    } else {
      order = sorted(records, count);
    }
    if (order.classes().size() != count) {
      throw new BadMappingException(
          "%d classes (%s, %s) for a model of %d output%s; name them in the order of the outputs with --classes"
              .formatted(
                  order.classes().size(),
                  listed(order.classes()),
                  order.why(),
                  model.outputs(),
                  model.outputs() == 1 ? "" : "s"));
    }
    return mapping.positive().isPresent() ? order.about(mapping.positive().get(), model) : order;
  }

  private ClassOrder about(String positive, ModelShape model) throws BadMappingException {
    if (model.outputs() != 1 || !classes.contains(positive)) {
      throw new BadMappingException(
          model.outputs() != 1
              ? "'positive' is for models of one output, and this has %d; say 'classes'"
                  .formatted(model.outputs())
              : "the positive class '%s' is none of %s".formatted(positive, listed(classes)));
    }
    List<String> turned = new ArrayList<>(classes);
    turned.remove(positive);
    turned.add(positive);
    return new ClassOrder(turned, "the mapping says which is positive");
  }

  /// The members' labels in order; the whole numbers below the number of outputs where the labels
  /// are some of them.
  private static ClassOrder sorted(Records records, int count) throws BadMappingException {
    RecordColumn label = records.labelColumn();
    if (label.isText()) {
      Set<String> seen = new TreeSet<>();
      for (int row = 0; row < records.memberRows(); row++) {
        seen.add(label.text(records.labels()[row]));
      }
      return new ClassOrder(List.copyOf(seen), "the members' labels in alphabetical order");
    }
    TreeSet<Float> seen = few(records, records.memberRows());
    if (seen.isEmpty()) {
      throw new BadMappingException(
          "the label '%s' holds fractions or more than %d different numbers, which are no classes; name the classes with --classes, or give --task regression"
              .formatted(label.name(), Labelling.MOST_CLASSES));
    }
    List<String> names = new ArrayList<>();
    if (seen.first() >= 0 && seen.last() < count) {
      for (int i = 0; i < count; i++) {
        names.add(Integer.toString(i));
      }
      return new ClassOrder(names, "the label counts the outputs from 0");
    }
    seen.forEach(value -> names.add(label.text(value)));
    return new ClassOrder(names, "the members' labels in numerical order");
  }

  /// The different labels of the first rows, if they are few and whole; else nothing.
  static TreeSet<Float> few(Records records, int rows) {
    TreeSet<Float> seen = new TreeSet<>();
    for (int row = 0; row < rows; row++) {
      float value = records.labels()[row] + 0f; // -0 is 0
      if (value != Math.rint(value)) {
        return new TreeSet<>();
      }
      if (seen.isEmpty() || seen.size() <= Labelling.MOST_CLASSES) {
        seen.add(value);
      }
    }
    return seen.size() > Labelling.MOST_CLASSES ? new TreeSet<>() : seen;
  }

  /// Each row's class, as its index.
  float[] indices(Records records) throws BadMappingException {
    RecordColumn label = records.labelColumn();
    float[] labels = records.labels();
    float[] indices = new float[labels.length];
    int[] ofCode = label.texts().stream().mapToInt(classes::indexOf).toArray();
    double[] values = classes.stream().mapToDouble(ClassOrder::number).toArray();
    Set<String> unseen = new LinkedHashSet<>();
    String side = "";
    for (int row = 0; row < labels.length; row++) {
      int index = label.isText() ? ofCode[(int) labels[row]] : indexOf(values, labels[row]);
      if (index < 0) {
        side = unseen.isEmpty() ? (row < records.memberRows() ? "members" : "non-members") : side;
        if (unseen.size() <= MOST_LISTED) {
          unseen.add(label.text(labels[row]));
        }
      }
      indices[row] = index;
    }
    if (!unseen.isEmpty()) {
      throw new BadMappingException(
          "among the %s, '%s' has labels that are no class of the model: %s. The classes are %s (%s)"
              .formatted(side, label.name(), listed(List.copyOf(unseen)), listed(classes), why));
    }
    return indices;
  }

  private static double number(String text) {
    return text.equalsIgnoreCase("true")
        ? 1
        : text.equalsIgnoreCase("false") ? 0 : CellNumber.parse(text);
  }

  private static int indexOf(double[] values, float value) {
    for (int i = 0; i < values.length; i++) {
      if ((float) values[i] == value) {
        return i;
      }
    }
    return -1;
  }

  static String listed(List<String> names) {
    return names.size() <= MOST_LISTED
        ? String.join(", ", names)
        : "%s and %d more"
            .formatted(
                String.join(", ", names.subList(0, MOST_LISTED)), names.size() - MOST_LISTED);
  }
}

package dev.caisson.airlock.rows;

import dev.caisson.airlock.scan.StoredTensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Does a model keep rows of its training table in its weights? Looks through every stored tensor
/// for rows (value for value, or under one scale and shift; along any axis of the tensor) and for
/// labels (a run of consecutive persons' labels, or label values in any order). The false-alarm
/// arguments are with [Needles], [LabelRuns] and [LabelValues].
///
/// **Not found:** rows too plain to be told from constants (counted apart, if they are so in any
/// form and were not found in another); rows with columns left out, reordered, or each scaled in
/// its own way other than in one of the given forms; labels reordered, where they are classes;
/// anything compressed, encrypted, summed or spread over weights.
///
/// Memory: some 60 bytes a row beside the table; time: stored numbers x columns x axes.
public final class TrainingRowScan {
  /// The custodian's list is cut here; the count is not.
  public static final int MOST_HITS = 10_000;

  /// Enough real-valued labels in a row that chance cannot match them.
  private static final int VALUE_RUN = 8;

  private final List<StoredTensor> tensors;
  private final List<RowHit> hits = new ArrayList<>();

  public TrainingRowScan(List<StoredTensor> tensors) {
    this.tensors = List.copyOf(tensors);
  }

  /// Scans for the same persons' rows in each given form (as the model sees them, raw,
  /// standardised) and for their labels, in the order in which the site keeps them.
  public RowScan scan(List<RowTable> forms, float[] labels) {
    hits.clear();
    int persons = labels.length;
    BitSet found = new BitSet(persons);
    BitSet searched = new BitSet(persons); // in every form, or found in one
    searched.set(0, persons);
    for (RowTable form : forms) {
      if (form.rows() != persons) {
        throw new IllegalArgumentException(
            "%s for %d labels: forms and labels are of the same persons".formatted(form, persons));
      }
      BitSet inThisForm = new BitSet(persons);
      search(new Needles(form, false), RowHit.Form.ROW, persons, found, inThisForm);
      search(new Needles(form, true), RowHit.Form.SCALED_ROW, persons, found, inThisForm);
      searched.and(inThisForm);
    }
    BitSet labelled = new BitSet(persons);
    if (LabelRuns.suits(labels)) {
      classRuns(labels, labelled);
    } else {
      valueRuns(labels, labelled);
      values(labels, labelled);
    }
    searched.or(found); // found in one form, it was looked for
    int scanned = searched.cardinality();
    return new RowScan(
        new RowScanCount(scanned, persons - scanned, found.cardinality(), labelled.cardinality()),
        hits);
  }

  private void search(
      Needles needles, RowHit.Form form, int persons, BitSet found, BitSet searched) {
    for (int row = 0; row < persons; row++) {
      if (!needles.tooPlain(row)) {
        searched.set(row);
      }
    }
    for (StoredTensor tensor : tensors) {
      for (int stride : strides(tensor)) {
        needles.search(
            tensor.values(),
            stride,
            (row, at) -> {
              found.set(row);
              keep(new RowHit(row, tensor.name(), at, form));
            });
      }
    }
  }

  private void classRuns(float[] labels, BitSet labelled) {
    LabelRuns runs = new LabelRuns(labels);
    for (StoredTensor tensor : tensors) {
      for (int stride : strides(tensor)) {
        runs.search(
            tensor.values(),
            stride,
            (person, at) -> {
              labelled.set(person, person + LabelRuns.LENGTH);
              keep(new RowHit(person, tensor.name(), at, RowHit.Form.LABEL_RUN));
            });
      }
    }
  }

  private void valueRuns(float[] labels, BitSet labelled) {
    if (labels.length < VALUE_RUN) {
      return;
    }
    RowTable table = RowTable.runs(VALUE_RUN, labels);
    for (boolean scaled : new boolean[] {false, true}) {
      Needles needles = new Needles(table, scaled);
      for (StoredTensor tensor : tensors) {
        for (int stride : strides(tensor)) {
          needles.search(
              tensor.values(),
              stride,
              (run, at) -> {
                labelled.set(run, run + VALUE_RUN);
                keep(new RowHit(run, tensor.name(), at, RowHit.Form.LABEL_RUN));
              });
        }
      }
    }
  }

  private void values(float[] labels, BitSet labelled) {
    LabelValues values = new LabelValues(labels);
    for (StoredTensor tensor : tensors) {
      float[] kept = values.in(tensor.values());
      for (int person = 0; person < labels.length && kept.length > 0; person++) {
        if (LabelValues.holds(kept, labels[person])) {
          labelled.set(person);
          keep(new RowHit(person, tensor.name(), 0, RowHit.Form.LABEL_VALUE));
        }
      }
    }
  }

  private void keep(RowHit hit) {
    if (hits.size() < MOST_HITS) {
      hits.add(hit);
    }
  }

  /// The steps between neighbours along each axis of the tensor.
  private static Set<Integer> strides(StoredTensor tensor) {
    Set<Integer> strides = new LinkedHashSet<>(List.of(1));
    int stride = 1;
    for (int axis = tensor.shape().size() - 1; axis > 0; axis--) {
      stride *= tensor.shape().get(axis);
      if (stride > 0 && stride < tensor.values().length) {
        strides.add(stride);
      }
    }
    return strides;
  }
}

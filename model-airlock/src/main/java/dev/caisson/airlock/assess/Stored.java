package dev.caisson.airlock.assess;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.mapping.Prepared;
import dev.caisson.airlock.policy.Destination;
import dev.caisson.airlock.policy.Policy;
import dev.caisson.airlock.rows.EntryCounts;
import dev.caisson.airlock.rows.KeyedTables;
import dev.caisson.airlock.rows.RowScanCount;
import dev.caisson.airlock.rows.RowTable;
import dev.caisson.airlock.rows.TableEntries;
import dev.caisson.airlock.rows.TrainingRowScan;
import dev.caisson.airlock.rows.TreeValues;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.StoredTensor;
import dev.caisson.airlock.structure.Members;
import dev.caisson.airlock.structure.StructuralDisclosure;
import dev.caisson.airlock.structure.StructuralLimits;
import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.airlock.table.Records;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What of the members a model keeps in its numbers, tables and structure: every check that has the
/// members' rows beside the file. Deterministic.
final class Stored {
  private final Prepared rows;
  private final StructuralLimits limits;
  private final RowTable seen; // the members' rows as the model sees them
  private final float[] labels; // the members'

  Stored(Prepared rows, Policy policy, Destination destination) {
    this.rows = rows;
    this.limits = policy.structural(destination);
    int members = rows.memberRows();
    int width = rows.encoded().width();
    this.seen = new RowTable(width, Arrays.copyOf(rows.encoded().values(), members * width));
    this.labels = Arrays.copyOf(rows.labels(), members);
  }

  /// Rows and labels among the file's numbers: for every format whose numbers were read.
  List<Check> numbers(List<StoredTensor> tensors) {
    List<RowTable> forms = new ArrayList<>(List.of(seen));
    Records raw = rows.raw();
    if (!rows.asRead()) {
      int width = raw.columns().size();
      forms.add(new RowTable(width, Arrays.copyOf(raw.cells(), rows.memberRows() * width)));
    }
    forms.add(forms.getLast().standardised()); // by a scaler inside the model, most often
    RowScanCount count = new TrainingRowScan(tensors).scan(forms, labels).count();
    return List.of(keptRows(count), keptLabels(count));
  }

  private static Check keptRows(RowScanCount count) {
    return Check.measured(
        "rows.stored",
        count.rowHits() > 0
            ? Finding.Status.BLOCK
            : count.scanned() == 0 ? Finding.Status.WARN : Finding.Status.PASS,
        (double) count.rowHits(),
        null,
        0.0,
        count.rowHits() > 0
            ? text("the file keeps %,d of the members' rows", count.rowHits())
            : text(
                "no member's row was found in the file's numbers (%,d looked for in every form, %,d too plain to look for in some)",
                count.scanned(), count.tooPlain()));
  }

  private static Check keptLabels(RowScanCount count) {
    return Check.measured(
        "rows.labels",
        count.labelHits() > 0 ? Finding.Status.BLOCK : Finding.Status.PASS,
        (double) count.labelHits(),
        null,
        0.0,
        count.labelHits() > 0
            ? text("the file keeps the labels of %,d members' rows", count.labelHits())
            : "no run or set of members' labels was found in the file's numbers");
  }

  /// Tables, trees and structure: only where the graph is known.
  ///
  /// @param penalised whether a linear model was fitted with a penalty, by the mapping's word
  List<Check> structure(ModelGraph graph, boolean penalised) {
    int[] personOf = Arrays.copyOf(rows.personOf(), rows.memberRows());
    int persons = (int) Arrays.stream(personOf).distinct().count();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(new TableEntries(entries(graph), persons, limits.k()).check(graph));
    findings.addAll(new KeyedTables(persons, seen.width()).check(graph));
    if (seen.rows() != persons) {
      findings.addAll(new KeyedTables(seen.rows(), seen.width()).check(graph));
    }
    findings.addAll(new TreeValues(seen, labels, limits.k()).check(graph));
    Members members = new Members(seen, labels, personOf, false);
    findings.addAll(new StructuralDisclosure(limits).assess(graph, members, penalised).findings());
    return findings.stream().map(Check::of).toList();
  }

  /// How many members hold each entry of the model's tables.
  private EntryCounts entries(ModelGraph graph) {
    EntryCounts counts = EntryCounts.wanted(graph, limits.k());
    if (counts.isEmpty()) {
      return counts;
    }
    Records raw = rows.raw();
    int width = raw.columns().size();
    for (int column = 0; column < width; column++) {
      count(counts, raw.columns().get(column), raw.cells(), column, width);
    }
    count(counts, raw.labelColumn(), raw.labels(), 0, 1);
    return counts;
  }

  private void count(EntryCounts counts, RecordColumn column, float[] cells, int first, int step) {
    int[] places = column.texts().stream().mapToInt(counts::find).toArray();
    if (!column.isText() && !counts.wantsNumbers()) {
      return;
    }
    for (int row = 0; row < rows.memberRows(); row++) {
      float cell = cells[first + row * step];
      int person = rows.personOf()[row];
      if (Float.isNaN(cell)) {
        continue;
      }
      if (!column.isText()) {
        counts.addNumber(person, cell);
      } else if (places[(int) cell] >= 0) {
        counts.add(person, places[(int) cell]);
      }
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // our own formats, the same on every machine
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

package dev.caisson.dataset;

import dev.caisson.dataset.BadTableException.Fault;
import dev.caisson.yaml.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVRecord;

/// One pass over one table; used once. Faults are gathered so that a custodian can mend many at a
/// time; what breaks the reading itself (encoding, quotes, header, limits) ends the pass.
final class TableReader {
  private static final int MAX_ID = 200;

  private final Path file;
  private final DatasetDescription description;
  private final TableLimits limits;
  private final List<Encoder> encoders;
  private final int width;

  private final List<Fault> faults = new ArrayList<>();
  private long total;

  private final Map<String, Long> lineOfId = new HashMap<>();
  private final List<String> ids = new ArrayList<>();
  private final long[] labelCounts;
  private float[] features = new float[0];
  private float[] labels = new float[0];

  TableReader(Path file, DatasetDescription description, TableLimits limits) {
    this.file = file;
    this.description = description;
    this.limits = limits;
    this.encoders = description.columns().stream().map(Encoder::new).toList();
    this.width = encoders.stream().mapToInt(Encoder::width).sum();
    this.labelCounts = new long[description.label().values().size()];
  }

  Table read() throws IOException, BadTableException {
    try (CsvRecords records = CsvRecords.open(file, limits)) {
      readRecords(records);
    } catch (CsvRecords.BrokenException e) {
      throw fatal(e.line(), e.problem());
    }
    if (ids.isEmpty() && total == 0) {
      throw fatal(0, "the table is empty: no row under the header");
    }
    if (total > 0) {
      throw new BadTableException(file, faults, total);
    }
    Samples samples =
        new Samples(
            ids,
            width,
            Arrays.copyOf(features, ids.size() * width),
            Arrays.copyOf(labels, ids.size()));
    List<Table.ColumnCounts> counts =
        encoders.stream()
            .map(e -> new Table.ColumnCounts(e.column().name(), e.missing(), e.clamped()))
            .toList();
    return new Table(file, description, samples, counts, labelCounts);
  }

  private void readRecords(CsvRecords records)
      throws IOException, BadTableException, CsvRecords.BrokenException {
    CSVRecord first = records.next();
    if (first == null) {
      throw fatal(0, "the table is empty: not even a header line");
    }
    Header header = header(first, records.line());
    for (CSVRecord row = records.next(); row != null; row = records.next()) {
      row(header, row, records.line());
    }
  }

  /// Where each declared column stands.
  private record Header(int size, int id, List<Integer> columns, int label) {}

  private Header header(CSVRecord record, long line) throws BadTableException {
    if (record.size() > limits.maxColumns()) {
      throw fatal(
          line,
          "the header has %,d columns, at most %,d are read"
              .formatted(record.size(), limits.maxColumns()));
    }
    Map<String, Integer> found = new HashMap<>();
    for (int i = 0; i < record.size(); i++) {
      String name = record.get(i).strip();
      if (found.putIfAbsent(name, i) != null) {
        fault(line, shown(name), "this column stands twice in the header; rename one");
      }
    }
    List<String> declared = new ArrayList<>();
    declared.add(description.idColumn());
    description.columns().forEach(column -> declared.add(column.name()));
    declared.add(description.label().name());
    List<String> extra =
        found.keySet().stream().filter(name -> !declared.contains(name)).sorted().toList();
    for (String name : declared) {
      if (!found.containsKey(name)) {
        fault(line, name, "this column is missing" + misspelt(name, extra) + separator(record));
      }
    }
    if (!description.ignoresExtraColumns()) {
      for (String name : extra) {
        fault(line, shown(name), "the description does not declare this column; remove it");
      }
    }
    if (total > 0) {
      throw new BadTableException(file, faults, total);
    }
    List<Integer> columns =
        description.columns().stream().map(c -> position(found, c.name())).toList();
    return new Header(
        record.size(),
        position(found, description.idColumn()),
        columns,
        position(found, description.label().name()));
  }

  private void row(Header header, CSVRecord record, long line) throws BadTableException {
    if (record.size() != header.size()) {
      fault(
          line,
          "",
          "%d cells where the header has %d columns".formatted(record.size(), header.size()));
      return;
    }
    int row = ids.size();
    makeRoom(row, line);
    id(cell(record, header.id(), line, description.idColumn()), line);
    int at = row * width;
    for (int i = 0; i < encoders.size(); i++) {
      Encoder encoder = encoders.get(i);
      String cell = cell(record, header.columns().get(i), line, encoder.column().name());
      try {
        if (description.missingTexts().contains(cell)) {
          encoder.encodeMissing(features, at);
        } else {
          encoder.encode(cell, features, at);
        }
      } catch (BadCellException e) {
        fault(line, encoder.column().name(), e.problem());
      }
      at += encoder.width();
    }
    labels[row] = label(cell(record, header.label(), line, description.label().name()), line);
  }

  private void id(String id, long line) {
    String column = description.idColumn();
    if (description.missingTexts().contains(id) || id.isEmpty()) {
      fault(line, column, "the id is blank; every row must name its person");
    } else if (id.length() > MAX_ID) {
      fault(line, column, "the id has %d characters, at most %d".formatted(id.length(), MAX_ID));
    } else {
      Long first = lineOfId.putIfAbsent(id, line);
      if (first != null) {
        fault(line, column, "the id %s is already on line %d".formatted(Plain.piece(id), first));
      }
    }
    ids.add(id);
  }

  private float label(String cell, long line) {
    List<String> values = description.label().values();
    int index = values.indexOf(cell);
    if (index < 0) {
      fault(
          line,
          description.label().name(),
          "%s is not one of the declared label values %s"
              .formatted(Plain.piece(cell), Encoder.listed(values)));
      return 0;
    }
    labelCounts[index]++;
    return index;
  }

  private String cell(CSVRecord record, int position, long line, String column) {
    String cell = record.get(position).strip();
    if (cell.length() > limits.maxFieldChars()) {
      fault(
          line,
          column,
          "the cell has %,d characters, at most %,d are read"
              .formatted(cell.length(), limits.maxFieldChars()));
      return cell.substring(0, limits.maxFieldChars());
    }
    return cell;
  }

  private void makeRoom(int row, long line) throws BadTableException {
    int most = Math.min(limits.maxRows(), limits.maxCells() / width);
    if (row >= most) {
      throw fatal(line, "the table has more than %,d rows; split it".formatted(most));
    }
    if (row == labels.length) {
      int larger = Math.clamp(2L * row, Math.min(1_024, most), most);
      labels = Arrays.copyOf(labels, larger);
      features = Arrays.copyOf(features, larger * width);
    }
  }

  private void fault(long line, String column, String problem) {
    total++;
    if (faults.size() < BadTableException.SHOWN) {
      faults.add(new Fault(line, column, problem));
    }
  }

  private BadTableException fatal(long line, String problem) {
    total++;
    if (faults.size() == BadTableException.SHOWN) {
      faults.removeLast();
    }
    faults.add(new Fault(line, "", problem));
    return new BadTableException(file, faults, total);
  }

  private static int position(Map<String, Integer> found, String name) {
    Integer position = found.get(name);
    if (position == null) {
      throw new IllegalStateException("missing columns were refused before: " + name);
    }
    return position;
  }

  private static String misspelt(String name, List<String> extra) {
    return Spelling.nearest(name, extra).map(" (is it '%s'?)"::formatted).orElse("");
  }

  private static String separator(CSVRecord header) {
    boolean other = header.size() == 1 && header.get(0).matches("(?s).*[;\t].*");
    return other ? "; the header seems to be separated by semicolons or tabs: use commas" : "";
  }

  private static String shown(String name) {
    String piece = Plain.piece(name);
    return piece.substring(1, piece.length() - 1);
  }
}

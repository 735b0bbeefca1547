package dev.caisson.airlock.table;

import dev.caisson.airlock.table.ImageListing.Entry;
import dev.caisson.dataset.BadCellException;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Reads two folders of images into [Records]: a row for each image, a column for each number that
/// the model takes, already scaled. The label is the class.
public final class ImageFolders {
  private ImageFolders() {}

  public static Records read(Path members, Path nonMembers, ImageSize size, PixelScale scale)
      throws IOException, BadTableException {
    ImageListing first = ImageListing.of(members);
    ImageListing second = ImageListing.of(nonMembers);
    if (first.grouped() != second.grouped()) {
      throw BadTableException.of(
          nonMembers,
          new Fault(0, "group", "one folder's labels.csv has this column and the other's has not"));
    }
    List<Entry> entries =
        Stream.concat(first.entries().stream(), second.entries().stream()).toList();
    RowStore store = new RowStore(entries.size(), size.numbers(), false, false, first.grouped());
    if (!store.makeRoom(entries.size() - 1)) {
      throw BadTableException.of(members, new Fault(0, "", store.full()));
    }
    KeyedHash hash = KeyedHash.fresh();
    for (int row = 0; row < entries.size(); row++) {
      entries.get(row).image().copyTo(store.cells, row * store.width, size, scale);
      if (store.groups != null) {
        store.groups[row] = hash.of(entries.get(row).group().orElseThrow());
      }
    }
    RecordColumn label = labels(entries, store.labels);
    int[] personOf = new int[entries.size()];
    Arrays.setAll(personOf, i -> i);
    return new Records(
        columns(size),
        label,
        new Records.Sources(
            members.toString(), nonMembers.toString(), first.entries().size(), entries.size()),
        store.cells,
        store.labels,
        null,
        null,
        hash,
        store.groups == null ? personOf : HashIndex.numbered(store.groups));
  }

  /// Numbers where every label is one, else texts.
  private static RecordColumn labels(List<Entry> entries, float[] to) throws BadTableException {
    boolean numbers = entries.stream().allMatch(e -> Double.isFinite(CellNumber.parse(e.label())));
    Dictionary texts = new Dictionary();
    for (int row = 0; row < to.length; row++) {
      String label = entries.get(row).label();
      try {
        to[row] =
            numbers
                ? (float) CellNumber.parse(label)
                : CellNumber.missing(label) ? Float.NaN : texts.code(label);
      } catch (BadCellException e) {
        throw BadTableException.of(
            entries.get(row).image().file(), new Fault(0, "label", e.problem()));
      }
    }
    return new RecordColumn("label", !numbers, texts.texts());
  }

  private static List<RecordColumn> columns(ImageSize size) {
    String[] channels =
        size.channels() == 1 ? new String[] {""} : new String[] {"red ", "green ", "blue "};
    RecordColumn[] columns = new RecordColumn[size.numbers()];
    for (int c = 0; c < size.channels(); c++) {
      for (int y = 0; y < size.height(); y++) {
        for (int x = 0; x < size.width(); x++) {
          columns[size.place(c, y, x)] =
              RecordColumn.ofNumbers("%sy%d x%d".formatted(channels[c], y, x));
        }
      }
    }
    return List.of(columns);
  }
}

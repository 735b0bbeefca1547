package dev.caisson.airlock.table;

import dev.caisson.dataset.BadCellException;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.RowEncoder;
import dev.caisson.yaml.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Rows as a data set's description encodes them. The files are read again, as texts, so that a
/// cell becomes the very float that it becomes at a site; what the description refuses, this
/// refuses.
public final class DescribedCells {
  private DescribedCells() {}

  /// The features of the rows of `records`, which were read from these files, in its order.
  public static float[] read(
      Path members, Path nonMembers, DatasetDescription description, Records records)
      throws IOException, BadTableException {
    RowEncoder encoder = new RowEncoder(description);
    int[] places = new int[records.rowsRead()];
    Arrays.fill(places, -1);
    for (int row = 0; row < records.rows(); row++) {
      places[records.origin(row)] = row;
    }
    float[] cells = new float[Math.multiplyExact(records.rows(), encoder.features().size())];
    int first = side(members, description, encoder, places, 0, cells);
    side(nonMembers, description, encoder, places, first, cells);
    return cells;
  }

  private static int side(
      Path file,
      DatasetDescription description,
      RowEncoder encoder,
      int[] places,
      int firstRow,
      float[] cells)
      throws IOException, BadTableException {
    TableFile table = TableFile.open(file);
    int[] declared = new int[table.columns().size()];
    Arrays.fill(declared, -1);
    for (int i = 0; i < description.columns().size(); i++) {
      String name = description.columns().get(i).name();
      int at = table.columns().indexOf(name);
      if (at < 0) {
        throw BadTableException.of(
            file,
            new Fault(
                0,
                name,
                "the data set's description declares this column and the table has none"
                    + Spelling.hint(name, table.columns())));
      }
      declared[at] = i;
    }
    int width = encoder.features().size();
    return table.read(
        new Cells() {
          @Override
          public boolean wants(int column) {
            return declared[column] >= 0;
          }

          @Override
          public void text(int row, int column, String cell) throws BadCellException {
            if (firstRow + row >= places.length) {
              throw new BadCellException("the file has changed since it was read; run again");
            }
            int place = places[firstRow + row];
            if (place >= 0) {
              encoder.encode(declared[column], cell, cells, place * width);
            }
          }

          @Override
          public void number(int row, int column, double value) throws BadCellException {
            text(row, column, Double.isNaN(value) ? "" : CellNumber.text(value));
          }
        });
  }
}

package dev.caisson.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every way in which a table can be wrong is named with file, line and column.
final class BadTableTest {
  private static final String GOOD = "p1,50,I,1,2,0\n";

  @TempDir Path folder;

  @Test
  void wrongHeader() {
    refuses(
        "id,age,stage,smoker,y\np1,1,I,1,0\n", "line 1: column 'lymph': this column is missing");
    refuses(
        "id,age,stage,smoker,lymhp,y\n" + GOOD,
        "2 faults",
        "line 1: column 'lymph': this column is missing (is it 'lymhp'?)",
        "line 1: column 'lymhp': the description does not declare this column; remove it");
    refuses(
        "id,age,stage,smoker,lymph,y,age\n" + GOOD,
        "line 1: column 'age': this column stands twice in the header");
    refuses(
        "id;age;stage;smoker;lymph;y\np1;1;I;1;0;0\n",
        "separated by semicolons or tabs: use commas");
    refuses(
        "\n\n" + Tables.HEADER.replace("age", "years") + GOOD,
        "line 3: column 'age': this column is missing");
  }

  @Test
  void emptyTable() {
    refuses("", "table.csv: the table is empty: not even a header line");
    refuses("\n \n", "not even a header line");
    refuses(Tables.HEADER, "table.csv: the table is empty: no row under the header");
    assertThatThrownBy(() -> Table.read(folder.resolve("none.csv"), Tables.description()))
        .isInstanceOf(BadTableException.class)
        .hasMessageContaining("none.csv: there is no such file; check the path");
  }

  @Test
  void wrongType() {
    refusesRow("p2,old,I,1,2,0", "line 3: column 'age': 'old' is not a whole number");
    refusesRow("p2,5.5,I,1,2,0", "line 3: column 'age': '5.5' is not a whole number");
    refusesRow(
        "p2,5,I,maybe,2,0",
        "line 3: column 'smoker': 'maybe' is not true or false (write true/false, yes/no or 1/0)");
    refusesRow(
        "p2,5,IV,1,2,0",
        "line 3: column 'stage': 'IV' is not one of the declared categories I, II, III");
    refusesRow(
        "p2,5,I,1,\"2,5\",0",
        "line 3: column 'lymph': '2,5' is not a number (write a decimal point, not a comma)");
    for (String notANumber : new String[] {"NaN", "Infinity", "0x10", "5d", "1e", "--1", "٣"}) {
      refusesRow(
          "p2,5,I,1," + notANumber + ",0", "column 'lymph': '" + notANumber + "' is not a number");
    }
  }

  @Test
  void outsideTheDeclaredRange() {
    refusesRow(
        "p2,101,I,1,2,0", "line 3: column 'age': '101' is outside the declared range 0 to 100");
    refusesRow(
        "p2,-1,I,1,2,0", "line 3: column 'age': '-1' is outside the declared range 0 to 100");
    refusesRow("p2,1e999,I,1,2,0", "line 3: column 'age': '1e999' is outside the declared range");
  }

  @Test
  void missingWhereNotAllowed() {
    refusesRow(
        "p2,,I,1,2,0",
        "line 3: column 'age': the value is missing, which this column does not allow");
    refusesRow("p2,NA,I,1,2,0", "line 3: column 'age': the value is missing");
  }

  @Test
  void badIds() {
    refusesRow("p1,50,I,1,2,0", "line 3: column 'id': the id 'p1' is already on line 2");
    refusesRow(" p1 ,50,I,1,2,0", "the id 'p1' is already on line 2");
    refusesRow(
        " ,50,I,1,2,0", "line 3: column 'id': the id is blank; every row must name its person");
    refusesRow("NA,50,I,1,2,0", "line 3: column 'id': the id is blank");
    refusesRow(
        "p".repeat(201) + ",50,I,1,2,0",
        "line 3: column 'id': the id has 201 characters, at most 200");
  }

  @Test
  void labelOutsideItsDeclaredValues() {
    refusesRow(
        "p2,50,I,1,2,2", "line 3: column 'y': '2' is not one of the declared label values 0, 1");
    refusesRow(
        "p2,50,I,1,2,", "line 3: column 'y': '' is not one of the declared label values 0, 1");
  }

  @Test
  void raggedRows() {
    refusesRow("p2,50,I,1,2", "line 3: 5 cells where the header has 6 columns");
    refusesRow("p2,50,I,1,2,0,9", "line 3: 7 cells where the header has 6 columns");
  }

  @Test
  void unbalancedQuotes() {
    refusesRow("\"p2,50,I,1,2,0", "line 3: the quotes of this record are unbalanced");
    refusesRow("\"p2\"x,50,I,1,2,0", "line 3: the quotes of this record are unbalanced");
  }

  @Test
  void notUtf8() throws Exception {
    byte[] csv = (Tables.HEADER + GOOD + "p2,50,I,1,2,0\n").getBytes(StandardCharsets.UTF_8);
    csv[csv.length - 3] = (byte) 0xE9; // é as Latin-1 writes it
    assertThatThrownBy(() -> Table.read(Tables.file(folder, csv), Tables.description()))
        .isInstanceOf(BadTableException.class)
        .hasMessageContaining(
            "table.csv: line 3: the file is not UTF-8 text; save it as CSV in UTF-8");
    byte[] utf16 = (Tables.HEADER + GOOD).getBytes(StandardCharsets.UTF_16);
    assertThatThrownBy(() -> Table.read(Tables.file(folder, utf16), Tables.description()))
        .hasMessageContaining("line 1: the file is not UTF-8 text");
  }

  @Test
  void countsLinesAsAnEditorDoes() {
    refuses(Tables.HEADER + "\"p\n1\",50,I,1,2,0\n\r\np2,old,I,1,2,0\n", "line 5: column 'age'");
    refuses(
        Tables.HEADER.replace("\n", "\r\n") + "p1,50,I,1,2,0\r\np2,old,I,1,2,0",
        "line 3: column 'age'");
  }

  @Test
  void listsTwentyFaultsAndCountsTheRest() {
    StringBuilder csv = new StringBuilder(Tables.HEADER);
    for (int i = 0; i < 25; i++) {
      csv.append("p").append(i).append(",old,I,1,2,0\n");
    }
    BadTableException e =
        catchThrowableOfType(BadTableException.class, () -> Tables.read(folder, csv.toString()));
    assertThat(e.total()).isEqualTo(25);
    assertThat(e.faults()).hasSize(20);
    assertThat(e).hasMessageContaining("25 faults").hasMessageEndingWith("and 5 more");
    assertThat(e.faults().getFirst())
        .isEqualTo(new BadTableException.Fault(2, "age", "'old' is not a whole number"));
  }

  @Test
  void showsOnlyAShortPrintablePieceOfACell() {
    refusesRow(
        "p2,50," + "x".repeat(500) + ",1,2,0",
        "'" + "x".repeat(24) + "…' is not one of the declared categories");
    refusesRow("p2,\"a\u001b[31m\",I,1,2,0", "'a?[31m' is not a whole number");
  }

  @Test
  void boundsRowsColumnsCellsAndRecords() {
    TableLimits tight = new TableLimits(2, 1_000, 6, 20);
    refuses(
        tight,
        Tables.HEADER + "a,1,I,1,2,0\nb,1,I,1,2,0\nc,1,I,1,2,0\n",
        "line 4: the table has more than 2 rows");
    refuses(
        new TableLimits(9, 15, 6, 20),
        Tables.HEADER + "a,1,I,1,2,0\nb,1,I,1,2,0\nc,1,I,1,2,0\n",
        "line 4: the table has more than 2 rows");
    refuses(tight, "a,b,c,d,e,f,g\n", "line 1: the header has 7 columns, at most 6 are read");
    refuses(
        tight,
        Tables.HEADER + "a,1,I,1," + "2".repeat(21) + ",0\n",
        "line 2: column 'lymph': the cell has 21 characters, at most 20 are read");
  }

  @Test
  void anOpenQuoteDoesNotReadTheWholeFileIntoMemory() {
    TableLimits tight = new TableLimits(1_000_000, 1_000_000, 6, 20);
    String csv = Tables.HEADER + GOOD + "\"p2,50,I,1,2,0\n" + "p3,50,I,1,2,0\n".repeat(100_000);
    refuses(tight, csv, "line 3: a record is longer than 464 characters; is a quote left open?");
  }

  /// 5,000 mutants of a valid table (fixed seed): read or refused, never another exception.
  @Test
  void everyMutantIsReadOrRefused() throws IOException {
    byte[] valid =
        (Tables.HEADER + "\"p1\",50,I,1,2,0\r\np2,1e1,,yes,NA,1\n")
            .getBytes(StandardCharsets.UTF_8);
    DatasetDescription description = Tables.description();
    SplittableRandom random = new SplittableRandom(11);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] mutant = valid.clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      try {
        Table.read(Tables.file(folder, mutant), description);
      } catch (BadTableException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private void refusesRow(String row, String... parts) {
    refuses(Tables.HEADER + GOOD + row + "\n", parts);
  }

  private void refuses(String csv, String... parts) {
    refuses(TableLimits.DEFAULT, csv, parts);
  }

  private void refuses(TableLimits limits, String csv, String... parts) {
    assertThatThrownBy(
            () ->
                Table.read(
                    Tables.file(folder, csv.getBytes(StandardCharsets.UTF_8)),
                    Tables.description(),
                    limits))
        .isInstanceOf(BadTableException.class)
        .hasMessageContaining("table.csv: ")
        .hasMessageContainingAll(parts);
  }
}

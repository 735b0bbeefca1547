package dev.caisson.airlock.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.dataset.BadTableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordsTest {
  @TempDir Path folder;

  private static final Roles ROLES = Roles.ofLabel("y");

  private Path csv(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Records read(String members, String others, Roles roles)
      throws IOException, BadTableException {
    return RecordsReader.read(csv("a.csv", members), csv("b.csv", others), roles);
  }

  @Test
  void readsBothSidesIntoOneMatrixInTheMembersOrderOfColumns() throws Exception {
    Records records = read("a,b,y\n1,2.5,0\n3,-4e-1,1\n", "y,b,a\n1,.5,7\n", ROLES);
    assertThat(records.cells()).containsExactly(1, 2.5f, 3, -.4f, 7, .5f);
    assertThat(records.labels()).containsExactly(0, 1, 1);
    assertThat(records.memberRows()).isEqualTo(2);
    assertThat(records.columns()).extracting(RecordColumn::name).containsExactly("a", "b");
    assertThat(records.personOf()).containsExactly(0, 1, 2);
    assertThat(records.where(2)).isEqualTo("row 1 of b.csv");
  }

  @Test
  void missingCellsAreNaN() throws Exception {
    Records records = read("a,y\n,0\nNA,0\nNaN,1\n", "a,y\nnull,1\n?,0\n", ROLES);
    assertThat(records.cells()).containsOnly(Float.NaN).hasSize(5);
    assertThat(records.columns().getFirst().isText()).isFalse();
  }

  @Test
  void columnWithOneWordIsTextEvenWhereTheWordComesLast() throws Exception {
    Records records = read("a,y\n007,0\n1.0,0\n", "a,y\n1,1\nx,1\n", ROLES);
    assertThat(records.columns().getFirst().texts()).containsExactly("007", "1.0", "1", "x");
    assertThat(records.cells()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void columnsNamedAsTextsKeepTheirTexts() throws Exception {
    Records records =
        read("post code,y\n0123,0\n", "post code,y\n123,1\n", ROLES.withTexts(Set.of("post_code")));
    assertThat(records.columns().getFirst().texts()).containsExactly("0123", "123");
  }

  @Test
  void trueAndFalseAreOneAndZero() throws Exception {
    Records records = read("a,y\nTrue,0\n,1\n", "a,y\nfalse,1\n", ROLES);
    assertThat(records.columns().getFirst().isText()).isFalse();
    assertThat(records.cells()).containsExactly(1, Float.NaN, 0);
  }

  @Test
  void labelsMayBeTexts() throws Exception {
    Records records = read("a,y\n1,M\n2,B\n", "a,y\n1,B\n", ROLES);
    assertThat(records.labels()).containsExactly(0, 1, 1);
    assertThat(records.labelColumn().texts()).containsExactly("M", "B");
  }

  @Test
  void groupNamesPersonsBeforeIdAndNeitherIsAFeature() throws Exception {
    Records records =
        read(
            "id,who,a,y\n1,p,1,0\n2,q,2,0\n3,p,3,1\n",
            "id,who,a,y\n4,r,4,1\n5,r,5,0\n",
            ROLES.withId("id").withGroup("who"));
    assertThat(records.personOf()).containsExactly(0, 1, 0, 2, 2);
    assertThat(records.columns()).extracting(RecordColumn::name).containsExactly("a");
    assertThat(records.sharedPersons()).isZero();
  }

  @Test
  void countsPersonsOnBothSidesAndDropsAllTheirRows() throws Exception {
    Records records =
        read(
            "id,a,y\np,1,0\nq,2,0\np,3,1\nr,4,1\n",
            "id,a,y\ns,5,1\np,6,0\ns,7,0\n",
            ROLES.withId("id"));
    assertThat(records.sharedPersons()).isEqualTo(1);
    Records kept = records.withoutSharedPersons();
    assertThat(kept.cells()).containsExactly(2, 4, 5, 7);
    assertThat(kept.labels()).containsExactly(0, 1, 1, 0);
    assertThat(kept.personOf()).containsExactly(0, 1, 2, 2);
    assertThat(kept.memberRows()).isEqualTo(2);
    assertThat(kept.sharedPersons()).isEqualTo(1);
    assertThat(kept.where(3)).isEqualTo("row 3 of b.csv");
    assertThat(kept.withoutSharedPersons()).isSameAs(kept);
  }

  @Test
  void refusesToDropASide() throws Exception {
    Records same = read("id,a,y\np,1,0\n", "id,a,y\np,1,0\nq,2,1\n", ROLES.withId("id"));
    assertThatThrownBy(same::withoutSharedPersons)
        .isInstanceOf(NobodyLeftException.class)
        .hasMessageContaining("every one of the members");
  }

  @Test
  void refusesTablesOfDifferentColumns() {
    refuses("age,b,y\n1,2,0\n", "aeg,b,y\n1,2,0\n", ROLES, "'age'", "did you mean 'aeg'");
    refuses("a,y\n1,0\n", "a,b,y\n1,2,0\n", ROLES, "b.csv", "'b'", "a.csv has not");
    refuses("a,a,y\n1,2,0\n", "a,y\n1,0\n", ROLES, "'a'", "twice");
  }

  @Test
  void refusesMissingRoles() {
    refuses("a,target\n1,0\n", "a,target\n1,0\n", Roles.ofLabel("taget"), "did you mean 'target'");
    refuses("a;y\n1;0\n", "a;y\n1;0\n", ROLES, "semicolons");
    refuses("a,y\n1,0\n", "a,y\n1,0\n", ROLES.withId("pid"), "'pid'", "missing");
    refuses("y\n0\n", "y\n0\n", ROLES, "no column is left");
  }

  @Test
  void refusesInfinityAndSaysWhere() {
    refuses("a,y\n1,0\n-inf,1\n", "a,y\n1,0\n", ROLES, "a.csv", "line 3", "'a'", "infinite");
    refuses("a,y\n1,0\n", "a,y\n1e39,0\n", ROLES, "b.csv", "line 2", "too large");
  }

  @Test
  void refusesRowsThatNameNobodyAndEmptyTables() {
    refuses("id,a,y\n,1,0\n", "id,a,y\nq,1,0\n", ROLES.withId("id"), "line 2", "nobody");
    refuses("a,y\n", "a,y\n1,0\n", ROLES, "a.csv", "no rows");
    refuses("a,y\n1,0,3\n", "a,y\n1,0\n", ROLES, "line 2", "3 cells");
  }

  @Test
  void refusesFreeText() {
    StringBuilder rows = new StringBuilder("a,y\n");
    for (int i = 0; i <= Dictionary.MOST_TEXTS; i++) {
      rows.append("note ").append(i).append(",0\n");
    }
    refuses(rows.toString(), "a,y\nx,0\n", ROLES, "line 10002", "'a'", "10,000", "--id");
  }

  private void refuses(String members, String others, Roles roles, String... words) {
    assertThatThrownBy(() -> read(members, others, roles))
        .isInstanceOf(BadTableException.class)
        .hasMessageContainingAll(words);
  }
}

package dev.caisson.airlock.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.dataset.BadTableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScoreReaderTest {
  @TempDir Path folder;
  private Records records;

  @BeforeEach
  void readTables() throws Exception {
    Path members = Files.writeString(folder.resolve("a.csv"), "id,x,y\np,1,0\nq,2,1\n");
    Path others = Files.writeString(folder.resolve("b.csv"), "id,x,y\nr,3,1\n");
    records = RecordsReader.read(members, others, Roles.ofLabel("y").withId("id"));
  }

  private Scores read(String csv) throws IOException, BadTableException {
    Path file = Files.writeString(folder.resolve("scores.csv"), csv);
    return ScoreReader.read(file, "id", records, Optional.empty());
  }

  @Test
  void scoresAreJoinedById() throws Exception {
    Scores scores = read("no,id,yes\n.1,r,.9\n.75,q,.25\n1,x,0\n0,p,1\n");
    assertThat(scores.classes()).containsExactly("no", "yes");
    assertThat(scores.outputs()).containsExactly(0, 1, .75f, .25f, .1f, .9f);
    assertThat(scores.probabilities()).isTrue();
    assertThat(scores.words()).contains("probabilities", "1 rows of ids that are in neither");
  }

  @Test
  void whatDoesNotAddUpToOneAreLogits() throws Exception {
    assertThat(read("id,no,yes\nr,.1,.8\nq,.5,.5\np,0,1\n").probabilities()).isFalse();
    assertThat(read("id,score\nr,.1\nq,1.5\np,-2\n").probabilities()).isFalse();
    Scores one = read("id,score\nr,.1\nq,.5\np,1\n");
    assertThat(one.probabilities()).isTrue();
    assertThat(one.classes()).isEmpty();
  }

  @Test
  void refusesMissingDoubledAndUnusableScores() {
    refuses("id,score\nr,.1\nq,.5\n", "1 of 3 rows", "row 1 of a.csv");
    refuses("id,score\nr,.1\nq,.5\nq,.5\np,1\n", "line 4", "row before");
    refuses("id,score\nr,.1\nq,NaN\np,1\n", "line 3", "'score'", "finite");
    refuses("ID,score\nr,.1\n", "did you mean 'ID'");
    refuses("id\nr\n", "no column of outputs");
  }

  @Test
  void refusesIdsThatDoNotTellRowsApart() throws Exception {
    Path twice = Files.writeString(folder.resolve("a.csv"), "id,x,y\np,1,0\np,2,1\n");
    records = RecordsReader.read(twice, folder.resolve("b.csv"), Roles.ofLabel("y").withId("id"));
    refuses("id,score\np,.1\n", "row 1 of a.csv and row 2 of a.csv", "--group");
  }

  private void refuses(String csv, String... words) {
    assertThatThrownBy(() -> read(csv))
        .isInstanceOf(BadTableException.class)
        .hasMessageContainingAll(words);
  }
}

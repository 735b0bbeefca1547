package dev.caisson.airlock.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.airlock.attack.Attribute;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.table.DescribedCells;
import dev.caisson.airlock.table.Records;
import dev.caisson.airlock.table.RecordsReader;
import dev.caisson.airlock.table.Roles;
import dev.caisson.airlock.table.ScoreReader;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.RowReader;
import dev.caisson.runtime.onnx.Meaning;
import dev.caisson.runtime.score.ModelInput;
import dev.caisson.runtime.score.ModelInput.Kind;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreparedTest {
  @TempDir Path folder;

  private Path csv(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Records records(String members, String others) throws Exception {
    return records(members, others, Roles.ofLabel("y"));
  }

  private Records records(String members, String others, Roles roles) throws Exception {
    return RecordsReader.read(csv("a.csv", members), csv("b.csv", others), roles);
  }

  private Mapping mapping(String yaml) throws IOException, BadYamlException {
    return Mapping.read(csv("mapping.yaml", "caisson: mapping/v1\n" + yaml));
  }

  private static ModelShape matrix(int width, int outputs) {
    return new ModelShape(
        List.of(new ModelInput("X", Kind.NUMBER, List.of(width))),
        outputs,
        Meaning.LOGITS,
        List.of());
  }

  private static ModelInput one(String name, Kind kind) {
    return new ModelInput(name, kind, List.of(1));
  }

  @Test
  void matrixOfTheTablesWidthTakesItsColumnsInOrderWithoutACopy() throws Exception {
    Records records = records("a,b,y\n1,2,0\n,4,1\n", "a,b,y\n5,6,1\n");
    Prepared prepared = Prepared.of(records, matrix(2, 1), Mapping.NONE, Wanted.NOTHING);
    assertThat(prepared.encoded().values()).isSameAs(records.cells());
    assertThat(prepared.features()).containsExactly("a", "b");
    assertThat(prepared.task()).isEqualTo(Task.BINARY);
    assertThat(prepared.classes()).containsExactly("0", "1");
    assertThat(prepared.words().getFirst()).contains("in the table's order");
  }

  @Test
  void aTrainingNotesOrderIsTaken() throws Exception {
    Records records = records("a,b,c,y\n1,2,3,0\n4,5,6,1\n", "a,b,c,y\n7,8,9,1\n");
    Prepared prepared =
        Prepared.of(
            records, matrix(2, 1), Mapping.NONE, Wanted.NOTHING.withFeatures(List.of("c", "a")));
    assertThat(prepared.encoded().values()).containsExactly(3, 1, 6, 4, 9, 7);
    assertThat(prepared.words()).anyMatch(words -> words.contains("does not see: b"));
  }

  @Test
  void inputsAreMatchedByNameExactlyBeforeSanitised() throws Exception {
    Roles roles = Roles.ofLabel("y");
    ModelShape model =
        new ModelShape(
            List.of(
                one("post_code", Kind.TEXT), one("mean_radius", Kind.NUMBER), one("n", Kind.WHOLE)),
            2,
            Meaning.PROBABILITIES,
            List.of("B", "M"));
    Records records =
        records(
            "n,mean radius,post code,y\n3,.5,012,M\n4,.25,12,B\n",
            "n,mean radius,post code,y\n5,1,012,B\n",
            Mapping.NONE.complete(roles, model));
    Prepared prepared = Prepared.of(records, model, Mapping.NONE, Wanted.NOTHING);
    assertThat(prepared.encoded().values()).containsExactly(0, .5f, 3, 1, .25f, 4, 0, 1, 5);
    assertThat(prepared.texts()).containsExactly(List.of("012", "12"), List.of(), List.of());
    assertThat(prepared.task()).isEqualTo(Task.MULTICLASS);
    assertThat(prepared.labels()).containsExactly(1, 0, 0);
    assertThat(prepared.words().getLast()).contains("B, M (the model's file says)");
  }

  @Test
  void refusesWhatFitsNeitherWayAndShowsAMapping() throws Exception {
    Records records = records("age,sex,y\n1,F,0\n2,M,1\n", "age,sex,y\n3,F,1\n");
    refuses(
        records,
        matrix(3, 1),
        Mapping.NONE,
        "'X': [3] numbers",
        "2 columns",
        "- {column: sex, categories: [F, M]}");
    refuses(records, matrix(2, 1), Mapping.NONE, "'sex' holds texts", "caisson: mapping/v1");
    ModelShape named =
        new ModelShape(List.of(one("aeg", Kind.NUMBER)), 1, Meaning.LOGITS, List.of());
    refuses(records, named, Mapping.NONE, "'aeg'", "did you mean 'age'");
  }

  @Test
  void aMappingScalesFillsAndMakesCategories() throws Exception {
    Records records =
        records(
            "sex,age,bp,grade,y\nF,54,,2,0\nM,65,130,1,1\n", "sex,age,bp,grade,y\n,43,110,2,1\n");
    Mapping mapping =
        mapping(
            """
            inputs:
              - columns:
                  - {column: age, mean: 54, deviation: 11}
                  - {column: sex, categories: [F, M], missing: M}
                  - {column: bp, missing: 120}
                  - {column: grade, categories: ["1", "2", "3"]}
            """);
    Prepared prepared = Prepared.of(records, matrix(7, 1), mapping, Wanted.NOTHING);
    assertThat(prepared.encoded().values())
        .containsExactly(
            0, 1, 0, 120, 0, 1, 0, //
            1, 0, 1, 130, 1, 0, 0, //
            -1, 0, 1, 110, 0, 1, 0);
    assertThat(prepared.features())
        .containsExactly("age", "sex=F", "sex=M", "bp", "grade=1", "grade=2", "grade=3");
  }

  @Test
  void refusesCategoriesThatTheMappingDoesNotKnowWithoutShowingTheCell() throws Exception {
    Records records = records("sex,y\nF,0\nSECRET,1\n", "sex,y\nF,1\n");
    Mapping mapping = mapping("inputs:\n  - columns: [{column: sex, categories: [F, M]}]\n");
    assertThatThrownBy(() -> Prepared.of(records, matrix(2, 1), mapping, Wanted.NOTHING))
        .isInstanceOf(BadMappingException.class)
        .hasMessageContainingAll("row 2 of a.csv", "'sex'")
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void refusesMappingsThatDoNotFitTheModel() throws Exception {
    Records records = records("age,y\n1,0\n2,1\n", "age,y\n3,1\n");
    refuses(
        records, matrix(2, 1), mapping("inputs:\n  - columns: [age]\n"), "1 numbers", "wants 2");
    refuses(
        records,
        matrix(1, 1),
        mapping("inputs:\n  - {name: x, columns: [age]}\n"),
        "'x'",
        "did you mean 'X'");
    refuses(records, matrix(1, 1), mapping("inputs:\n  - columns: [aga]\n"), "did you mean 'age'");
  }

  @Test
  void refusesFractionsAndMissingCellsForWholeInputs() throws Exception {
    ModelShape model = new ModelShape(List.of(one("n", Kind.WHOLE)), 1, Meaning.LOGITS, List.of());
    refuses(
        records("n,y\n1,0\n", "n,y\n2,1\n1.5,0\n"), model, Mapping.NONE, "row 2 of b.csv", "'n'");
    refuses(
        records("n,y\n1,0\n,1\n", "n,y\n2,1\n"), model, Mapping.NONE, "row 2 of a.csv", "missing");
    ModelShape flag = new ModelShape(List.of(one("n", Kind.FLAG)), 1, Meaning.LOGITS, List.of());
    refuses(
        records("n,y\n1,0\n0,1\n", "n,y\n2,1\n"), flag, Mapping.NONE, "row 1 of b.csv", "0 or 1");
  }

  @Test
  void describedRowsAreWhatASiteEncodes() throws Exception {
    Path demo = Path.of("../demo-data");
    DatasetDescription description = DatasetDescription.read(demo.resolve("dataset.yaml"));
    Path members = demo.resolve("rotterdam-early.csv");
    Path others = demo.resolve("gbsg.csv");
    Records records =
        RecordsReader.read(
            members,
            others,
            Roles.ofLabel(description.label().name()).withId(description.idColumn()));
    float[] cells = DescribedCells.read(members, others, description, records);
    int width = description.features().width();
    float[] row = new float[width];
    int at = 0;
    for (Path file : List.of(members, others)) {
      try (RowReader site = RowReader.described(file, description)) {
        for (; site.next(); at++) {
          site.copyTo(row, 0);
          assertThat(java.util.Arrays.copyOfRange(cells, at * width, (at + 1) * width))
              .isEqualTo(row);
        }
      }
    }
    assertThat(at).isEqualTo(records.rows()).isEqualTo(1164 + 555);
    Prepared prepared =
        Prepared.described(
            records, description, cells, matrix(width, 1), Mapping.NONE, Wanted.NOTHING);
    assertThat(prepared.classes()).isEqualTo(description.label().values());
    assertThat(prepared.attributes()).hasSizeBetween(3, 10);
  }

  @Test
  void scoresNeedNoEncoding() throws Exception {
    Records records =
        records("id,s,y\np,F,M\nq,M,B\n", "id,s,y\nr,F,B\n", Roles.ofLabel("y").withId("id"));
    Path scores = csv("s.csv", "id,B,M\np,.1,.9\nq,.8,.2\nr,.5,.5\n");
    Prepared prepared =
        Prepared.scored(
            records,
            ScoreReader.read(scores, "id", records, Optional.empty()),
            Mapping.NONE,
            Wanted.NOTHING);
    assertThat(prepared.task()).isEqualTo(Task.MULTICLASS);
    assertThat(prepared.labels()).containsExactly(1, 0, 0);
    assertThat(prepared.encoded().values()).isSameAs(records.cells());
  }

  @Test
  void discreteTimeGivesTheLikelihoodOfEachFollowUp() throws Exception {
    Mapping mapping = mapping("survival: {time: t, cuts: [1, 2, 3]}\n");
    ModelShape model = matrix(1, 3);
    Records records =
        records(
            "x,t,y\n1,0.5,1\n2,2,1\n3,2,0\n",
            "x,t,y\n4,2.5,0\n5,7,1\n",
            mapping.complete(Roles.ofLabel("y"), model));
    Prepared prepared = Prepared.of(records, model, mapping, Wanted.NOTHING);
    assertThat(prepared.task()).isEqualTo(Task.SURVIVAL);
    assertThat(prepared.features()).containsExactly("x");
    float[] hazards = new float[15]; // logit 0: one half in each interval
    float[] likelihoods = prepared.followUp().orElseThrow().logLikelihoods(hazards, false);
    double half = Math.log(.5);
    double[] intervals = {1, 2, 2, 2, 3}; // halves: event in 1, in 2; survived 2, 2, 3
    for (int i = 0; i < 5; i++) {
      assertThat((double) likelihoods[i])
          .isCloseTo(intervals[i] * half, org.assertj.core.data.Offset.offset(1e-6));
    }
    refuses(records, matrix(1, 2), mapping, "3 intervals", "2 outputs");
  }

  @Test
  void attributesOfFewestValuesComeFirst() throws Exception {
    StringBuilder rows = new StringBuilder("many,const,sex,three,gap,y\n");
    for (int i = 0; i < 60; i++) {
      rows.append(
          "%d,7,%s,%d,%s,%d\n"
              .formatted(i, i % 2 == 0 ? "F" : "M", i % 3, i == 9 ? "" : "1", i % 2));
    }
    Records records = records(rows.toString(), rows.toString());
    Mapping mapping =
        mapping(
            """
            inputs:
              - columns: [many, const, {column: sex, categories: [F, M]}, three, gap]
            """);
    Prepared prepared = Prepared.of(records, matrix(6, 1), mapping, Wanted.NOTHING);
    assertThat(prepared.attributes())
        .extracting(Attribute::name)
        .containsExactly("sex", "three", "many");
  }

  @Test
  void aDryRunShowsRawCellsInputsOutputsAndTruthSideBySide() throws Exception {
    Records records = records("age,sex,y\n54,F,no\n65,,yes\n", "age,sex,y\n43,M,no\n");
    Mapping mapping =
        mapping(
            """
            inputs:
              - columns:
                  - {column: age, mean: 54, deviation: 22}
                  - {column: sex, categories: [F, M], missing: F}
            classes: ["no", "yes"]
            """);
    Prepared prepared = Prepared.of(records, matrix(3, 1), mapping, Wanted.NOTHING);
    String text = DryRun.text(prepared, new float[] {-1.5f, 2.25f}, "logits");
    assertThat(text.lines().map(line -> line.strip().replaceAll(" +", " ")).toList())
        .containsSubsequence(
            "As read row 1 row 2",
            "age 54 65",
            "As the model sees it row 1 row 2",
            "age 0 0.5",
            "sex=F 1 1",
            "The answer (logits) row 1 row 2",
            "of 'yes' -1.5 2.25",
            "y no yes",
            "taken for class no yes");
  }

  private static void refuses(Records records, ModelShape model, Mapping mapping, String... words) {
    assertThatThrownBy(() -> Prepared.of(records, model, mapping, Wanted.NOTHING))
        .isInstanceOf(BadMappingException.class)
        .hasMessageContainingAll(words);
  }
}

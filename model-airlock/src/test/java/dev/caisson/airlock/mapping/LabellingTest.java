package dev.caisson.airlock.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.table.Records;
import dev.caisson.airlock.table.RecordsReader;
import dev.caisson.airlock.table.Roles;
import dev.caisson.runtime.onnx.Meaning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabellingTest {
  @TempDir Path folder;

  private Records labels(String members, String others) throws Exception {
    return RecordsReader.read(table("a.csv", members), table("b.csv", others), Roles.ofLabel("y"));
  }

  private Path table(String name, String labels) throws Exception {
    StringBuilder text = new StringBuilder("x,y\n");
    for (String label : labels.split(" ", -1)) {
      text.append("1,").append(label).append('\n');
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private static ModelShape model(int outputs, Meaning gives, String... classes) {
    return new ModelShape(List.of(), outputs, gives, List.of(classes));
  }

  private static Labelling of(Records records, ModelShape model) throws BadMappingException {
    return Labelling.of(records, model, Mapping.NONE, Wanted.NOTHING);
  }

  @Test
  void textsAreClassesInAlphabeticalOrder() throws Exception {
    Labelling told = of(labels("yes no yes", "no"), model(1, Meaning.UNKNOWN));
    assertThat(told.task()).isEqualTo(Task.BINARY);
    assertThat(told.classes()).containsExactly("no", "yes");
    assertThat(told.labels()).containsExactly(1, 0, 1, 0);
    assertThat(told.words().getFirst()).contains("alphabetical", "about 'yes'");
  }

  @Test
  void numbersAreClassesInNumericalOrderOrCountOutputs() throws Exception {
    Labelling told = of(labels("10 9 10 2", "2"), model(3, Meaning.LOGITS));
    assertThat(told.classes()).containsExactly("2", "9", "10");
    assertThat(told.labels()).containsExactly(2, 1, 2, 0, 0);
    Labelling counted = of(labels("2 0 2", "1"), model(4, Meaning.LOGITS));
    assertThat(counted.classes()).containsExactly("0", "1", "2", "3");
    assertThat(counted.labels()).containsExactly(2, 0, 2, 1);
    assertThat(counted.words().getFirst()).contains("counts the outputs from 0");
  }

  @Test
  void theModelsOwnClassesComeBeforeSorting() throws Exception {
    Labelling told = of(labels("1 0", "1.0"), model(2, Meaning.PROBABILITIES, "1", "0"));
    assertThat(told.task()).isEqualTo(Task.MULTICLASS);
    assertThat(told.labels()).containsExactly(0, 1, 0);
  }

  @Test
  void whatSomebodySaysComesFirst() throws Exception {
    Labelling told =
        Labelling.of(
            labels("M B", "B"),
            model(1, Meaning.LOGITS, "B", "M"),
            Mapping.NONE,
            Wanted.NOTHING.withClasses("M", "B"));
    assertThat(told.labels()).containsExactly(0, 1, 1);
    assertThat(told.words().getFirst()).contains("--classes says", "about 'B'");
  }

  @Test
  void manyOrBrokenNumbersAreRegression() throws Exception {
    assertThat(of(labels("1.5 2 3", "4"), model(1, Meaning.UNKNOWN)).task())
        .isEqualTo(Task.REGRESSION);
    assertThat(of(labels("1 2 3", "4"), model(1, Meaning.UNKNOWN)).task())
        .isEqualTo(Task.REGRESSION);
    Labelling values = of(labels("0 1", "1"), model(1, Meaning.VALUES));
    assertThat(values.task()).isEqualTo(Task.REGRESSION);
    assertThat(values.labels()).containsExactly(0, 1, 1);
  }

  @Test
  void survivalWithoutIntervalsIsARiskScore() throws Exception {
    Labelling told =
        Labelling.of(
            labels("0 1", "1"),
            model(1, Meaning.UNKNOWN),
            Mapping.NONE,
            Wanted.NOTHING.withTask(Task.SURVIVAL));
    assertThat(told.task()).isEqualTo(Task.RISK);
    assertThat(told.labels()).containsExactly(0, 1, 1);
  }

  @Test
  void refusesLabelsThatTheModelHasNoClassFor() throws Exception {
    refuses(
        labels("a b", "c b"),
        model(1, Meaning.LOGITS),
        "non-members",
        "labels that are no class",
        "c");
    refuses(labels("a x", "a"), model(2, Meaning.LOGITS, "a", "b"), "among the members", "x");
    refuses(labels("a b c", "a"), model(2, Meaning.LOGITS), "3 classes", "2 outputs", "--classes");
    refuses(labels("1.5 2", "1.5"), model(2, Meaning.LOGITS), "fractions", "--task regression");
    refuses(labels("1 NA", "1"), model(1, Meaning.LOGITS), "row 2 of a.csv", "label is missing");
  }

  private static void refuses(Records records, ModelShape model, String... words) {
    assertThatThrownBy(() -> of(records, model))
        .isInstanceOf(BadMappingException.class)
        .hasMessageContainingAll(words);
  }
}

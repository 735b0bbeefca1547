package dev.caisson.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class DatasetDescriptionTest {
  private static final String SMALL =
      """
      caisson: dataset/v1
      name: small
      version: 1
      id: id
      extra-columns: refuse
      label: {name: y, values: [0, 1]}
      columns:
        - {name: age, type: integer, unit: years, range: [0, 100], outside: refuse, scale-to: [-1, 1], missing: refuse}
        - {name: stage, type: category, categories: [I, II], missing: {read-as: II}, missing-indicator: true}
        - {name: smoker, type: boolean, scale-to: [0, 1], missing: refuse}
      """;

  @Test
  void theShippedDescriptionNamesThirteenFeatures() throws Exception {
    DatasetDescription shipped = DatasetDescription.read(Path.of("../demo-data/dataset.yaml"));
    assertThat(shipped.features().names())
        .containsExactly(
            "age",
            "menopause=pre",
            "menopause=post",
            "tumour_size=<=20",
            "tumour_size=20-50",
            "tumour_size=>50",
            "grade=1",
            "grade=2",
            "grade=3",
            "nodes",
            "progesterone",
            "oestrogen",
            "hormone_therapy");
  }

  @Test
  void saysInWordsWhatAModelWillSee() throws Exception {
    assertThat(parse(SMALL).describe())
        .contains("small, version 1 (sha256:")
        .contains("named by the column 'id', which a model never sees")
        .contains("To be predicted: 'y', one of 0, 1.")
        .contains("these 5 numbers per person, made from 3 columns")
        .contains(
            "age: a whole number, 0 to 100 years; outside that the table is refused; may not be missing")
        .contains("-> age: 0 to 100 scaled to -1 to 1")
        .contains("stage: one of I, II; if missing, read as II and marked")
        .contains("-> stage=II: 1 if 'II', else 0")
        .contains("-> stage is missing: 1 if the cell is missing, else 0")
        .contains("A table with other columns is refused.");
  }

  @Test
  void digestIgnoresHowTheFileIsWritten() throws Exception {
    String rewritten =
        "# a comment\n"
            + SMALL
                .replace("name: small\nversion: 1\n", "version:   1\nname: 'small'\n")
                .replace("[-1, 1]", "[-1.0, 1e0]")
                .replace("values: [0, 1]", "values: ['0', \"1\"]");
    assertThat(parse(rewritten).digest()).isEqualTo(parse(SMALL).digest());
  }

  @Test
  void digestTellsEveryDeclaredDifference() throws Exception {
    List<List<String>> changes =
        List.of(
            List.of("name: small", "name: other"),
            List.of("version: 1", "version: 2"),
            List.of("version: 1", "version: 1\ndescription: d"),
            List.of("id: id", "id: person"),
            List.of("extra-columns: refuse", "extra-columns: ignore"),
            List.of("id: id", "id: id\nmissing-values: [NA]"),
            List.of("name: y", "name: z"),
            List.of("name: y", "name: y, description: d"),
            List.of("values: [0, 1]", "values: [1, 0]"),
            List.of("type: integer", "type: number"),
            List.of("unit: years", "unit: days"),
            List.of("range: [0, 100]", "range: [1, 100]"),
            List.of("outside: refuse", "outside: clamp"),
            List.of("outside: refuse", "outside: refuse, transform: log1p"),
            List.of("outside: refuse", "outside: refuse, description: d"),
            List.of("scale-to: [-1, 1]", "scale-to: [0, 1]"),
            List.of("[I, II]", "[II, I]"),
            List.of("read-as: II", "read-as: I"),
            List.of(", missing-indicator: true", ""),
            List.of("scale-to: [0, 1]", "scale-to: [-1, 1]"));
    Set<Digest> digests = new HashSet<>(Set.of(parse(SMALL).digest()));
    for (List<String> change : changes) {
      String changed = SMALL.replace(change.get(0), change.get(1));
      assertThat(digests.add(parse(changed).digest())).as(change.toString()).isTrue();
    }
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    refuses(
        "extra-columns",
        "extra-colums",
        "unknown key 'extra-colums' (did you mean 'extra-columns'?)");
    refuses("range: [0", "rang: [0", "columns[0]: unknown key 'rang' (did you mean 'range'?)");
    refuses("name: y", "name: y, valeus: [1, 2]", "label: unknown key 'valeus'");
    refuses("read-as: II", "read_as: II", "columns[1].missing: unknown key 'read_as'");
    refuses("dataset/v1", "dataset/v2", "this program reads the format 'dataset/v1'");
    refuses(
        "type: integer",
        "type: int",
        "columns[0].type: 'int' is not one of boolean, category, integer, number");
    refuses(
        "outside: refuse",
        "outside: drop",
        "columns[0].outside: 'drop' is not one of clamp, refuse");
    refuses("type: boolean", "type: boolean, range: [0, 1]", "columns[2]: unknown key 'range'");
  }

  @Test
  void refusesWhatCannotBeMeant() {
    refuses(
        "[0, 100]",
        "[100, 0]",
        "line 8, columns[0].range: a range needs a lower and a higher number, got 100 to 0");
    refuses("[0, 100]", "[0, 1, 2]", "expected 2 to 2 items, got 3");
    refuses("[0, 100]", "[0, 99.5]", "the range of whole numbers needs whole ends, got 0 to 99.5");
    refuses(
        "outside: refuse",
        "outside: refuse, missing-indicator: true",
        "columns[0]: a missing-indicator needs");
    refuses(
        "[0, 100], outside: refuse",
        "[-1, 100], outside: refuse, transform: log1p",
        "log1p needs a range above -1, got -1 to 100");
    refuses(
        "read-as: II",
        "read-as: III",
        "missing cells of 'stage' cannot be read as declared: 'III' is not one of the declared categories I, II");
    refuses("[I, II]", "[II]", "expected 2 to 1000 items, got 1");
    refuses("[I, II]", "[II, II]", "a category is declared twice: [II, II]");
    refuses("values: [0, 1]", "values: [1, 1]", "a label value is declared twice: [1, 1]");
    refuses("name: stage", "name: age", "the column 'age' is declared twice");
    refuses("name: stage", "name: id", "'id' is declared twice, or is also the id or the label");
    refuses("name: smoker", "name: stage=I", "two features have one name");
    refuses("name: y", "name: id", "'id' cannot be both the id and the label");
    refuses(
        "version: 1", "version: 0", "version: expected a whole number from 1 to 1000000, got 0");
    refuses(
        "missing: refuse}\n  - {name: stage",
        "missing: {read-as: 101}}\n  - {name: stage",
        "'101' is outside the declared range 0 to 100");
    refuses(
        "range: [0, 100], outside: refuse, scale-to: [-1, 1], missing: refuse",
        "range: [0, 9], outside: clamp, scale-to: [-1, 1], missing: {read-as: 10}",
        "read as 10, which is outside its range");
  }

  private static void refuses(String written, String mistaken, String part) {
    assertThat(SMALL).contains(written);
    assertThatThrownBy(() -> parse(SMALL.replaceFirst(Pattern.quote(written), mistaken)))
        .isInstanceOf(BadYamlException.class)
        .hasMessageStartingWith("dataset.yaml, line ")
        .hasMessageContaining(part);
  }

  private static DatasetDescription parse(String yaml) throws BadYamlException {
    return DatasetDescription.parse("dataset.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }
}

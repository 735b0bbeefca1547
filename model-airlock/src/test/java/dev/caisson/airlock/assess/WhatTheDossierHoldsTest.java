package dev.caisson.airlock.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.caisson.airlock.dossier.Assessment;
import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.table.Roles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Everything that an assessment says, read by a program and by somebody who looks for persons.
final class WhatTheDossierHoldsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");

  @Test
  void dossiersHaveThePublishedForm() throws Exception {
    Schema schema =
        SchemaRegistry.withDialect(Dialects.getDraft202012())
            .getSchema(JSON.readTree(Dossier.jsonSchema()));
    Assessing assessing = Assessing.fixture(folder, "logistic-words").claimed("auc=.99");
    List<Assessed> all = new ArrayList<>(List.of(assessing.run())); // needs a person
    all.add(assessing.model(Tampering.with("mlp-overfitted").outputMovedTo("").bytes()).run());
    all.add(Assessing.fixture(folder, "one-nearest-neighbour").run()); // blocks, opened
    for (Assessed assessed : all) {
      Dossier dossier = assessed.dossier();
      assertThat(schema.validate(JSON.readTree(dossier.json()))).as("%s", assessed).isEmpty();
      if (dossier.members() > 0) {
        byte[] shown = dossier.forPublic().json();
        assertThat(schema.validate(JSON.readTree(shown))).as("%s", assessed).isEmpty();
      }
    }
  }

  /// 569 people of ten columns: no cell of nine digits, as written or as the number that was read,
  /// stands as a number in anything that is written, and no id anywhere. A figure of the dossier is
  /// one of 2,000 such cells by chance if it happens to end after nine digits, and then with a
  /// chance of 2 in a million.
  @Test
  void holdsNoCellAndNoId() throws Exception {
    Assessing assessing = Assessing.fixture(folder, "logistic-words").claimed("auc=.99");
    assessing.members(numbered(assessing.membersText(), 7_000_000));
    assessing.nonMembers(numbered(assessing.nonMembersText(), 8_000_000));
    Assessed assessed = assessing.roles(Roles.ofLabel("label").withId("nhs")).run();
    Set<String> cells = new HashSet<>();
    for (String text : List.of(assessing.membersText(), assessing.nonMembersText())) {
      text.lines()
          .skip(1)
          .flatMap(line -> Arrays.stream(line.split(",", -1)))
          .filter(cell -> cell.matches("[0-9.]+"))
          .filter(cell -> cell.replaceFirst("^[0.]+", "").replace(".", "").length() >= 9)
          .forEach(
              cell -> {
                cells.add(cell);
                cells.add(Double.toString(Float.parseFloat(cell)));
              });
    }
    assertThat(cells).hasSizeGreaterThan(2_000);
    written(assessed)
        .forEach(
            (name, text) -> {
              assertThat(text).as(name).doesNotContain("NH7", "NH8");
              Set<String> tokens = new HashSet<>(Arrays.asList(text.split("[^0-9.]+", -1)));
              tokens.retainAll(cells);
              assertThat(tokens).as(name).isEmpty();
            });
  }

  /// A number for each row says nothing of whose the rows are: somebody with several rows still
  /// counts as several, and the reader is told.
  @Test
  void anIdOfEachRowNamesNoPerson() throws Exception {
    Assessing assessing = Assessing.fixture(folder, "logistic-words");
    assessing.members(numbered(assessing.membersText(), 7_000_000));
    assessing.nonMembers(numbered(assessing.nonMembersText(), 8_000_000));
    Assessed rows = assessing.roles(Roles.ofLabel("label").withId("nhs")).run();
    assertThat(Assessing.provenance(rows).unit()).isEqualTo(Assessment.Unit.ROW);
    Assessed groups = assessing.roles(Roles.ofLabel("label").withGroup("nhs")).run();
    assertThat(Assessing.provenance(groups).unit()).isEqualTo(Assessment.Unit.PERSON);
  }

  @Test
  void holdsNoRareWord() throws Exception {
    Assessing assessing = Assessing.fixture(folder, "columns");
    String row = assessing.membersText().lines().skip(1).findFirst().orElseThrow();
    assessing.members(assessing.membersText() + row.replaceFirst(",pre,|,post,", ",ZEBRAFISH,"));
    assertThat(assessing.membersText()).contains("ZEBRAFISH");
    written(assessing.run())
        .forEach((name, text) -> assertThat(text).as(name).doesNotContain("ZEBRAFISH"));
  }

  /// How far fresh low bits moved the outputs was read from the rows, unlike the weights' other
  /// checks.
  @Test
  void thePublicVersionSaysNothingOfTheOutputsOfRows() throws Exception {
    Dossier full = Assessing.fixture(folder, "logistic-words").run().dossier();
    assertThat(Assessing.checks(full, "weights.outputs"))
        .singleElement()
        .matches(check -> check.value() != null && check.why().contains("rows"));
    assertThat(Assessing.checks(full.forPublic(), "weights.outputs"))
        .singleElement()
        .matches(check -> check.value() == null && !check.why().contains("rows"));
  }

  private static Map<String, String> written(Assessed assessed) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    Dossier dossier = assessed.dossier();
    texts.put("dossier.json", text(dossier.json()));
    texts.put("dossier.html", text(dossier.html()));
    texts.put("public-dossier.json", text(dossier.forPublic().json()));
    texts.put("public-dossier.html", text(dossier.forPublic().html()));
    texts.put("for-the-researcher.txt", String.join("\n", assessed.feedback()));
    return texts;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String numbered(String csv, int from) {
    List<String> lines = csv.lines().toList();
    return IntStream.range(0, lines.size())
        .mapToObj(i -> (i == 0 ? "nhs" : "NH" + (from + i)) + "," + lines.get(i))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}

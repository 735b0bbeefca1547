package dev.caisson.dataset;

import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small description and tables of it, for tests.
final class Tables {
  static final String HEADER = "id,age,stage,smoker,lymph,y\n";
  static final String YAML =
      """
      caisson: dataset/v1
      name: small
      version: 1
      id: id
      extra-columns: refuse
      missing-values: ["", NA]
      label: {name: y, values: [0, 1]}
      columns:
        - {name: age, type: integer, range: [0, 100], outside: refuse, scale-to: [-1, 1], missing: refuse}
        - {name: stage, type: category, categories: [I, II, III], missing: {read-as: II}, missing-indicator: true}
        - {name: smoker, type: boolean, scale-to: [-1, 1], missing: refuse}
        - {name: lymph, type: number, range: [0, 7], outside: clamp, transform: log1p, scale-to: [0, 1], missing: {read-as: 1}}
      """;

  private Tables() {}

  static DatasetDescription description() {
    return description(YAML);
  }

  static DatasetDescription description(String yaml) {
    try {
      return DatasetDescription.parse("dataset.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    } catch (BadYamlException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Path file(Path folder, byte[] content) throws IOException {
    return Files.write(folder.resolve("table.csv"), content);
  }

  static Table read(Path folder, String csv) throws IOException, BadTableException {
    return Table.read(file(folder, csv.getBytes(StandardCharsets.UTF_8)), description());
  }
}

package dev.caisson.cli.demo;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.Table;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The tables of the demo: those that come with Caisson (see `demo-data/README.md` for their
/// origin), or others in the same form.
final class DemoData {
  private static final List<String> SHIPPED =
      List.of("dataset.yaml", "gbsg.csv", "rotterdam-early.csv", "rotterdam-late.csv");

  private DemoData() {}

  /// Writes the shipped tables into a new folder.
  static Path unpack(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : SHIPPED) {
      try (InputStream in = DemoData.class.getResourceAsStream("data/" + name)) {
        if (in == null) {
          throw new IllegalStateException("the build packs demo-data: " + name);
        }
        Files.copy(in, folder.resolve(name));
      }
    }
    return folder;
  }

  static DatasetDescription description(Path folder) throws IOException, CommandFailure {
    try {
      return DatasetDescription.read(folder.resolve("dataset.yaml"));
    } catch (BadYamlException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /// How many persons the tables have together, and the largest of them. In a real federation
  /// custodians agree on such round numbers beforehand.
  record Persons(int all, int most) {}

  /// Fails if a table is not as described, before anything starts: here the fault can still name
  /// the file that its owner knows. Each site checks its own copy again.
  static Persons check(Path folder, List<String> sites, DatasetDescription description)
      throws IOException, CommandFailure {
    try {
      int all = 0;
      int most = 0;
      for (String site : sites) {
        int rows = Table.read(folder.resolve(site + ".csv"), description).samples().rows();
        all += rows;
        most = Math.max(most, rows);
      }
      return new Persons(all, most);
    } catch (BadTableException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /// One site per table, named like it, in name order.
  static List<String> sites(Path folder) throws IOException, CommandFailure {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> sites =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("[a-z0-9][a-z0-9-]{0,62}\\.csv"))
              .map(name -> name.substring(0, name.length() - ".csv".length()))
              .sorted()
              .toList();
      if (sites.size() < 3) {
        throw new CommandFailure(
            "%s has %d tables: a federation needs 3 or more sites (SITE.csv), or a sum would show somebody's update"
                .formatted(folder, sites.size()));
      }
      return sites;
    }
  }
}

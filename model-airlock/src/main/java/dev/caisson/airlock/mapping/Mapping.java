package dev.caisson.airlock.mapping;

import dev.caisson.airlock.table.PixelScale;
import dev.caisson.airlock.table.Roles;
import dev.caisson.runtime.onnx.Meaning;
import dev.caisson.runtime.score.ModelInput;
import dev.caisson.runtime.score.ModelInput.Kind;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What somebody says about how a table feeds a model; `docs/reference/mapping.md` has the format.
///
/// @param inputs in any order; empty where columns are matched without being listed
/// @param dataset the description that rows are encoded by, instead of `inputs`
/// @param output the name of the model's output to read
/// @param classes in the order of the outputs
/// @param positive the class that a single output is about
/// @param penalised whether a linear model was fitted with a penalty
public record Mapping(
    List<InputColumns> inputs,
    Optional<Path> dataset,
    Optional<String> output,
    Optional<Meaning> gives,
    List<String> classes,
    Optional<String> positive,
    Optional<PixelScale> images,
    Optional<Intervals> survival,
    Optional<Boolean> penalised) {

  /// The columns of one input, in its order.
  ///
  /// @param name empty where the model has one input
  public record InputColumns(Optional<String> name, List<ColumnUse> columns) {
    public InputColumns {
      columns = List.copyOf(columns);
    }
  }

  /// How one column is encoded: (cell - mean) / deviation, or as many numbers as categories.
  ///
  /// @param missing what a missing cell is read as
  public record ColumnUse(
      String column,
      double mean,
      double deviation,
      List<String> categories,
      Optional<String> missing) {
    public ColumnUse {
      categories = List.copyOf(categories);
    }

    static ColumnUse asRead(String column) {
      return new ColumnUse(column, 0, 1, List.of(), Optional.empty());
    }
  }

  /// Discrete time: the upper end of each interval, rising; the model gives a hazard for each.
  public record Intervals(String time, List<Double> cuts) {
    public Intervals {
      cuts = List.copyOf(cuts);
    }
  }

  public static final Mapping NONE =
      new Mapping(
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public Mapping {
    inputs = List.copyOf(inputs);
    classes = List.copyOf(classes);
  }

  public static Mapping read(Path file) throws IOException, BadYamlException {
    return MappingReader.read(file);
  }

  /// The roles with what the mapping and the model say of columns: the time of survival, and which
  /// are texts even if all their cells look like numbers. To be asked before a table is read.
  public Roles complete(Roles roles, ModelShape model) {
    Set<String> texts = new HashSet<>();
    for (ModelInput input : model.inputs()) {
      if (input.kind() == Kind.TEXT) {
        texts.add(input.name());
        for (InputColumns columns : inputs) {
          if (columns.name().orElse(input.name()).equals(input.name())) {
            columns.columns().forEach(use -> texts.add(use.column()));
          }
        }
      }
    }
    Roles with = roles.withTexts(texts);
    return survival.map(times -> with.withTime(times.time())).orElse(with);
  }
}

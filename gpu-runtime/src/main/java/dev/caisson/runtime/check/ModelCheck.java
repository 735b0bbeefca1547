package dev.caisson.runtime.check;

import dev.caisson.runtime.check.Finding.Severity;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Limits;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What can be said of a model before it trains.
///
/// Guarantees: an engine that has everything (`lacks` is empty) and no REFUSED finding mean that
/// the file is sound and has something to train. Not guaranteed: that every fault of an export is
/// seen; a file does not say what its author had in mind.
///
/// @param findings most severe first, then in the order of the file
/// @param summary empty for a file that the loader refuses
public record ModelCheck(List<Finding> findings, Optional<Summary> summary) {
  public ModelCheck {
    findings = findings.stream().sorted(Comparator.comparing(Finding::severity)).toList();
  }

  /// Checks a file with the data files beside it, and has this engine open it.
  public static ModelCheck of(Path file, Limits limits, Engine engine) throws IOException {
    return of(file, limits, model -> Trial.refusals(engine, model));
  }

  /// Checks a file with the data files beside it.
  ///
  /// @param lacks what the engine lacks for a model, a sentence each; empty if it can train it
  public static ModelCheck of(Path file, Limits limits, Function<OnnxModel, List<String>> lacks)
      throws IOException {
    OnnxModel model;
    try {
      model = OnnxModel.load(file, limits);
    } catch (InvalidModelException e) {
      return new ModelCheck(
          List.of(new Finding(Severity.REFUSED, "model", String.valueOf(e.getMessage()))),
          Optional.empty());
    }
    return of(model, lacks.apply(model));
  }

  /// Checks a model.
  ///
  /// @param lacks what the engine lacks for it, a sentence each
  public static ModelCheck of(OnnxModel model, List<String> lacks) {
    List<Finding> findings = new ArrayList<>();
    lacks.forEach(lack -> findings.add(new Finding(Severity.REFUSED, "engine", lack)));
    Weights.check(model, findings);
    Wiring.check(model, findings);
    Export.check(model, findings);
    return new ModelCheck(findings, Optional.of(Summary.of(model)));
  }

  /// Why an engine will not train a sound model, a sentence each; empty if it will, and for a file
  /// that the loader refuses.
  public static List<String> refusals(Path file, Limits limits, Engine engine) throws IOException {
    try {
      return Trial.refusals(engine, OnnxModel.load(file, limits));
    } catch (InvalidModelException e) {
      return List.of();
    }
  }

  /// Whether nothing is refused.
  public boolean trainable() {
    return findings.stream().noneMatch(finding -> finding.severity() == Severity.REFUSED);
  }
}

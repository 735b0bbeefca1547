package dev.caisson.cli.local;

import dev.caisson.airlock.scan.FileScan;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import dev.caisson.runtime.check.Finding;
import dev.caisson.runtime.check.ModelCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What an airlock would say of a model's file, told before anybody has trained it: a study whose
/// model can never leave is a waste of everybody's data.
final class WayOut {
  private WayOut() {}

  /// The check, with a warning for each thing in the file that blocks a release.
  static ModelCheck added(ModelCheck check, Path file) throws IOException {
    if (!check.trainable()) {
      return check;
    }
    FileScan scan = new OnnxFileScan(ScanLimits.usual()).scan(file);
    List<Finding> findings = new ArrayList<>(check.findings());
    for (dev.caisson.airlock.Finding finding : scan.findings()) {
      if (finding.status() == dev.caisson.airlock.Finding.Status.BLOCK) {
        findings.add(
            new Finding(
                Finding.Severity.WARNING,
                finding.where().isEmpty() ? "model" : finding.where(),
                "an airlock would not let this file out: %s (%s); take it out of the file before a study"
                    .formatted(finding.what(), finding.check())));
      }
    }
    return new ModelCheck(findings, check.summary());
  }
}

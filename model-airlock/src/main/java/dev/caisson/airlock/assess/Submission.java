package dev.caisson.airlock.assess;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.archive.ArchiveLimits;
import dev.caisson.airlock.archive.ModelFileScan;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.payload.Sanitiser;
import dev.caisson.airlock.payload.WeightPayload;
import dev.caisson.airlock.scan.FileScan;
import dev.caisson.airlock.scan.ModelGraph;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import dev.caisson.airlock.scan.StoredTensor;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The file as it was handed in, and what is assessed of it: for ONNX that does not block, its
/// canonical and sanitised bytes; for anything else the file itself, which is never loaded. Nothing
/// here runs the model.
final class Submission {
  private final FileScan submitted;
  private final String format;
  private final FileScan assessed;
  private final Digest identity;
  private final List<Check> checks;
  private final List<StoredTensor> tensors;
  private final Optional<Onnx> onnx;

  /// What can be opened.
  ///
  /// @param before the bytes as handed in, scanned and found harmless
  @SuppressWarnings("ArrayRecordComponent") // held by reference, read only, never compared
  record Onnx(byte[] before, byte[] bytes, ModelGraph graph) {}

  private Submission(
      FileScan submitted,
      String format,
      FileScan assessed,
      Digest identity,
      List<Check> checks,
      List<StoredTensor> tensors,
      Optional<Onnx> onnx) {
    this.submitted = submitted;
    this.format = format;
    this.assessed = assessed;
    this.identity = identity;
    this.checks = List.copyOf(checks);
    this.tensors = List.copyOf(tensors);
    this.onnx = onnx;
  }

  /// Scans the file; an ONNX file that does not block gets its canonical form and `freshBits` new
  /// low bits in each weight.
  static Submission of(Path file, int freshBits) throws IOException {
    OnnxFileScan onnxScan = new OnnxFileScan(ScanLimits.usual());
    ModelFileScan.Scanned scanned = new ModelFileScan(onnxScan, ArchiveLimits.usual()).scan(file);
    FileScan scan = scanned.scan();
    if (scanned.format() != ModelFileScan.Format.ONNX || scan.blocks()) {
      return new Submission(
          scan,
          scanned.format().words(),
          scan,
          scan.file(),
          List.of(),
          scanned.tensors(),
          Optional.empty());
    }
    byte[] before = Files.readAllBytes(file);
    if (!Digest.of(before).equals(scan.file())) {
      throw new IOException("%s changed while it was read; run again".formatted(file));
    }
    List<Finding> findings =
        new ArrayList<>(WeightPayload.check(onnxScan.graph(before).weights().values()).findings());
    Sanitiser.Sanitised sanitised =
        new Sanitiser(onnxScan, freshBits).sanitise(before, new SecureRandom());
    findings.addAll(sanitised.notes());
    List<Check> checks = new ArrayList<>();
    checks.add(asSubmitted(scan));
    findings.forEach(finding -> checks.add(Check.of(finding)));
    boolean blocks = sanitised.scan().blocks();
    return new Submission(
        scan,
        scanned.format().words(),
        sanitised.scan(),
        sanitised.canonical(),
        checks,
        blocks ? List.of() : onnxScan.tensors(sanitised.file()),
        blocks
            ? Optional.empty()
            : Optional.of(new Onnx(before, sanitised.file(), onnxScan.graph(sanitised.file()))));
  }

  /// Without a model: there is a table of scores, and nothing to scan.
  static Submission ofScores(Path scores) throws IOException {
    FileScan none =
        new FileScan(
            Digest.ofFile(scores),
            Files.size(scores),
            List.of(
                Finding.warn(
                    "file.none",
                    "no model file was given: what it holds is not known, only what it answers",
                    "")));
    return new Submission(
        none, "table of scores", none, none.file(), List.of(), List.of(), Optional.empty());
  }

  /// What the scan of the submitted bytes warned of and canonical bytes no longer have.
  private static Check asSubmitted(FileScan scan) {
    List<String> warned =
        scan.findings().stream()
            .filter(finding -> finding.status() == Finding.Status.WARN)
            .map(finding -> "%s: %s".formatted(finding.check(), finding.what()))
            .distinct()
            .toList();
    return Check.of(
        Finding.pass(
            "file.as-submitted",
            warned.isEmpty()
                ? "nothing in the file as submitted; assessed are its canonical bytes"
                : "assessed are canonical bytes, not those submitted, which had "
                    + String.join("; ", warned)));
  }

  /// The scan of the bytes as handed in.
  FileScan submitted() {
    return submitted;
  }

  /// By which attempts are counted and seeds drawn: the digest of the canonical form, so that a
  /// changed name or note makes no other model; of a file that is not opened, its own.
  Digest identity() {
    return identity;
  }

  String format() {
    return format;
  }

  /// The scan of the bytes that are assessed, and would be released.
  FileScan assessed() {
    return assessed;
  }

  List<Check> checks() {
    return checks;
  }

  /// The numbers that the file keeps, as far as it was read.
  List<StoredTensor> tensors() {
    return tensors;
  }

  Optional<Onnx> onnx() {
    return onnx;
  }
}

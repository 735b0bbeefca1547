package dev.caisson.airlock.archive;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.FileScan;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import dev.caisson.airlock.scan.StoredTensor;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Looks at a model file of any kind that is assessed (ONNX, a DL4J zip, a PyTorch zip), as bytes,
/// before anything loads it.
///
/// Guaranteed: never throws because of what the bytes are (they become a blocking finding); nothing
/// is unpickled, Java-deserialised or run, no name in the file is resolved; memory is bounded by
/// the limits, and spent on an entry only when its real size is known.
///
/// Not guaranteed: that a passing file is harmless to load, that TorchScript code does what it
/// should, or that nothing is hidden in the weights themselves.
public final class ModelFileScan {
  /// What a file is, by its first bytes and its entries.
  public enum Format {
    ONNX("ONNX"),
    DL4J("DL4J zip"),
    TORCH("PyTorch zip"),
    OTHER("unknown");

    private final String words;

    Format(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /// A scan with the format it took the file for, and the numbers that the file keeps (for ONNX of
  /// a file that does not block; none for other files that block).
  public record Scanned(Format format, FileScan scan, List<StoredTensor> tensors) {
    public Scanned {
      tensors = List.copyOf(tensors);
    }
  }

  private final OnnxFileScan onnx;
  private final ScanLimits onnxLimits;
  private final ArchiveLimits limits;

  public ModelFileScan(ScanLimits onnxLimits, ArchiveLimits limits) {
    this(new OnnxFileScan(onnxLimits), limits);
  }

  /// The same with the caller's scan, which then knows an ONNX file already.
  public ModelFileScan(OnnxFileScan onnx, ArchiveLimits limits) {
    this.onnxLimits = onnx.limits();
    this.onnx = onnx;
    this.limits = limits;
  }

  /// Scans a file of which not more is read than the limits allow. Throws only if it cannot be
  /// read.
  public Scanned scan(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(file.toString());
    }
    if (Files.isSymbolicLink(file)) {
      throw new IOException(file + " is a link: name the model's file itself");
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is not a regular file");
    }
    long size = Files.size(file);
    if (size == 0) {
      throw new IOException(file + " is empty");
    }
    if (size > Math.max(onnxLimits.bytes(), limits.bytes())) {
      Finding large = Finding.block("file.size", "%d bytes, too many".formatted(size), "");
      return new Scanned(
          Format.OTHER, new FileScan(Digest.ofFile(file), size, List.of(large)), List.of());
    }
    return scan(Files.readAllBytes(file));
  }

  public Scanned scan(byte[] file) {
    String foreign = foreign(file);
    if (!foreign.isEmpty()) {
      Finding finding = Finding.block("file.format", foreign, "byte 0");
      return scanned(Format.OTHER, file, List.of(finding), List.of());
    }
    if (ZipReader.looksLikeZip(file)) {
      return archive(file);
    }
    FileScan scan = onnx.scan(file);
    return new Scanned(Format.ONNX, scan, scan.blocks() ? List.of() : onnx.tensors(file));
  }

  private Scanned archive(byte[] file) {
    List<Finding> findings = new ArrayList<>();
    Format format = Format.OTHER;
    try {
      ZipFile zip = ZipReader.read(file, limits);
      findings.add(Finding.pass("file.size", "%d bytes".formatted(file.length)));
      findings.add(Finding.pass("archive.readable", "every byte belongs to one entry"));
      if (zip.entries().isEmpty()) {
        throw new BadArchiveException("file.format", "an empty archive", "");
      }
      TorchArchive.Content content;
      if (TorchArchive.suits(zip)) {
        format = Format.TORCH;
        content = TorchArchive.read(zip, limits);
      } else if (Dl4jArchive.suits(zip)) {
        format = Format.DL4J;
        content = Dl4jArchive.read(zip, limits);
      } else {
        throw new BadArchiveException(
            "file.format", "a zip that neither PyTorch nor DL4J wrote", "");
      }
      findings.add(Finding.pass("archive.sizes", "declared and real sizes agree"));
      findings.addAll(content.findings());
      findings.addAll(finite(content.tensors()));
      return scanned(format, file, findings, content.tensors());
    } catch (BadArchiveException e) {
      findings.add(Finding.block(e.check(), e.what(), e.where()));
      return scanned(format, file, findings, List.of());
    }
  }

  private static List<Finding> finite(List<StoredTensor> tensors) {
    Findings finite = new Findings("tensors.finite");
    for (StoredTensor tensor : tensors) {
      int bad = 0;
      for (float value : tensor.values()) {
        bad += Float.isNaN(value) ? 1 : 0;
      }
      if (bad > 0) {
        finite.block(
            "%d numbers are NaN; each has free bits to carry data".formatted(bad), tensor.name());
      }
    }
    return finite.orPass("every stored number is finite");
  }

  private static Scanned scanned(
      Format format, byte[] file, List<Finding> findings, List<StoredTensor> tensors) {
    FileScan scan = new FileScan(Digest.of(file), file.length, findings);
    return new Scanned(format, scan, scan.blocks() ? List.of() : tensors);
  }

  /// What the file is instead, for formats that are never read; empty otherwise.
  private static String foreign(byte[] file) {
    if (file.length >= 2 && (file[0] & 0xff) == 0x80 && file[1] >= 2 && file[1] <= 5) {
      return "a bare pickle (joblib, pickle, old PyTorch): it runs code when loaded; submit ONNX";
    }
    if (file.length >= 2 && (file[0] & 0xff) == 0xac && (file[1] & 0xff) == 0xed) {
      return "Java-serialised objects, which run code when read; submit ONNX";
    }
    if (file.length >= 4 && (file[0] & 0xff) == 0x89 && file[1] == 'H' && file[2] == 'D') {
      return "an HDF5 file; submit ONNX";
    }
    if (file.length >= 2 && (file[0] & 0xff) == 0x1f && (file[1] & 0xff) == 0x8b) {
      return "a gzip file; submit the model itself";
    }
    return "";
  }
}

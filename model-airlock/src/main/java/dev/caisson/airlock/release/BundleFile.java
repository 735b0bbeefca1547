package dev.caisson.airlock.release;

import java.util.Arrays;
import java.util.Optional;

/// The files of a bundle, all of them, each with the largest size that is read.
enum BundleFile {
  MODEL("model.onnx", 2L << 30),
  DOSSIER("dossier.json", 16L << 20),
  PAGE("dossier.html", 16L << 20),
  PROVENANCE("provenance.json", 16L << 20),
  DECISIONS("decisions.json", 4L << 20),
  SIGNER("signer.json", 64L << 10),
  ENVELOPE("release.intoto.dsse.json", 16L << 20);

  private final String fileName;
  private final long maxBytes;

  BundleFile(String fileName, long maxBytes) {
    this.fileName = fileName;
    this.maxBytes = maxBytes;
  }

  String fileName() {
    return fileName;
  }

  long maxBytes() {
    return maxBytes;
  }

  static Optional<BundleFile> named(String name) {
    return Arrays.stream(values()).filter(file -> file.fileName.equals(name)).findFirst();
  }
}

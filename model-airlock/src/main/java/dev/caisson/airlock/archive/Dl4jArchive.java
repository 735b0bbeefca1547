package dev.caisson.airlock.archive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.scan.Findings;
import dev.caisson.airlock.scan.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A zip that DL4J's `ModelSerializer` wrote: a configuration in JSON, the coefficients, and what
/// should not leave: the updater's state (momenta are sums of single persons' gradients),
/// normalisers (a smallest and a largest value belong to one person each), and Java-serialised
/// objects, which are refused unread.
final class Dl4jArchive {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(100).maxStringLength(65_536).build())
          .build();
  private static final List<String> PACKAGES = List.of("org.deeplearning4j.", "org.nd4j.");

  private final ZipFile zip;
  private final ArchiveLimits limits;
  private final Findings entries = new Findings("dl4j.entries");
  private final Findings serialised = new Findings("dl4j.java-serialisation");
  private final Findings configuration = new Findings("dl4j.configuration");
  private final Findings updater = new Findings("dl4j.updater-state");
  private final Findings normalizer = new Findings("dl4j.normalizer");
  private final List<StoredTensor> tensors = new ArrayList<>();

  private Dl4jArchive(ZipFile zip, ArchiveLimits limits) {
    this.zip = zip;
    this.limits = limits;
  }

  static boolean suits(ZipFile zip) {
    return zip.entry("configuration.json").isPresent();
  }

  static TorchArchive.Content read(ZipFile zip, ArchiveLimits limits) throws BadArchiveException {
    Dl4jArchive archive = new Dl4jArchive(zip, limits);
    for (ZipFile.Entry entry : zip.entries()) {
      archive.entry(entry);
    }
    List<Finding> findings = new ArrayList<>();
    findings.addAll(archive.entries.orPass("%d known entries".formatted(zip.entries().size())));
    findings.addAll(archive.serialised.orPass("no Java-serialised objects"));
    findings.addAll(archive.configuration.orPass("only classes of DL4J and ND4J are named"));
    findings.addAll(archive.updater.orPass("no updater state"));
    findings.addAll(archive.normalizer.orPass("no normaliser that keeps extremes"));
    return new TorchArchive.Content(findings, archive.tensors);
  }

  private void entry(ZipFile.Entry entry) throws BadArchiveException {
    String name = entry.name();
    if (name.equals("preprocessor.bin") || name.startsWith("objects/")) {
      serialised.block("Java-serialised objects run code when read: remove them", name);
    } else if (name.equals("configuration.json")) {
      configuration(entry);
    } else if (name.equals("coefficients.bin")) {
      arrays(entry, 1);
    } else if (name.equals("updaterState.bin")) {
      updater.warn(
          "%d bytes of the optimiser's state, which no release needs: strip it"
              .formatted(entry.size()),
          name);
      arrays(entry, 1);
    } else if (name.equals("normalizer.bin")) {
      normalizer(entry);
    } else if (!name.equals("noParams.marker") || entry.size() > 16) {
      entries.block("an entry that DL4J does not write", name);
    }
  }

  private void arrays(ZipFile.Entry entry, int count) throws BadArchiveException {
    ByteBuffer in = ByteBuffer.wrap(zip.content(entry));
    for (int i = 0; i < count; i++) {
      Nd4jArray array = Nd4jArray.read(in, entry.name());
      tensors.add(new StoredTensor(entry.name(), array.shape(), array.values()));
    }
    leftovers(in, entry);
  }

  private static void leftovers(ByteBuffer in, ZipFile.Entry entry) throws BadArchiveException {
    if (in.hasRemaining()) {
      throw new BadArchiveException(
          "dl4j.arrays", "%d bytes after the last array".formatted(in.remaining()), entry.name());
    }
  }

  /// `NormalizerSerializer`: a header, a version, the kind, then the kind's own arrays.
  private void normalizer(ZipFile.Entry entry) throws BadArchiveException {
    ByteBuffer in = ByteBuffer.wrap(zip.content(entry));
    if (!Nd4jArray.utf(in, entry.name()).equals("NORMALIZER") || in.remaining() < 4) {
      serialised.block("is no normaliser as DL4J writes it; perhaps Java-serialised", entry.name());
      return;
    }
    in.getInt();
    String kind = Nd4jArray.utf(in, entry.name());
    switch (kind) {
      case "MIN_MAX", "MULTI_MIN_MAX", "IMAGE_MIN_MAX" ->
          normalizer.warn(
              "keeps smallest and largest values; each belongs to one person", entry.name());
      case "STANDARDIZE", "MULTI_STANDARDIZE", "IMAGE_VGG16" -> {
        if (kind.equals("STANDARDIZE") && in.hasRemaining()) {
          boolean labels = in.get() != 0;
          for (int i = 0; i < (labels ? 4 : 2); i++) {
            Nd4jArray array = Nd4jArray.read(in, entry.name());
            tensors.add(new StoredTensor(entry.name(), array.shape(), array.values()));
          }
          leftovers(in, entry);
        } else if (in.remaining() > 0) {
          normalizer.warn("%s is not looked into".formatted(kind), entry.name());
        }
      }
      default ->
          serialised.block(
              "a normaliser of kind %s, whose class is loaded by name".formatted(kind),
              entry.name());
    }
  }

  private void configuration(ZipFile.Entry entry) throws BadArchiveException {
    if (entry.size() > limits.textBytes()) {
      throw new BadArchiveException(
          "archive.sizes",
          "%d bytes, at most %d".formatted(entry.size(), limits.textBytes()),
          entry.name());
    }
    try (JsonParser json = JSON.createParser(zip.content(entry))) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          text(String.valueOf(json.currentName()), json.getText(), entry);
        }
      }
    } catch (IOException e) {
      configuration.block("is not JSON, or too deep or long", entry.name());
    }
  }

  private void text(String key, String text, ZipFile.Entry entry) {
    boolean classKey = key.equals("@class") || key.endsWith("Class");
    if (classKey && PACKAGES.stream().noneMatch(text::startsWith)) {
      configuration.block("names the class %s, to be loaded".formatted(text), entry.name());
    } else if (text.length() > 4096) {
      configuration.block("a text of %d characters".formatted(text.length()), entry.name());
    }
  }
}

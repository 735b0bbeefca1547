package dev.caisson.airlock.scan;

import dev.caisson.airlock.Finding;
import java.util.ArrayList;
import java.util.List;

/// Words that no computation needs: metadata, doc strings, and names too long to be names.
final class TextCheck {
  /// One text longer than a page has no place in a released model.
  private static final long LARGEST_TEXT = 4096;

  /// PyTorch writes some 600 characters of metadata for each node; a hundred nodes stay under this.
  private static final long LARGEST_TOTAL = 64 << 10;

  private static final int LONG_NAME = 256;
  private static final int ENDLESS_NAME = 2048;

  private TextCheck() {}

  static List<Finding> run(OnnxOutline model) {
    Findings names = new Findings("text.names");
    TensorCheck.tensors(model).forEach(t -> name(t.name(), names));
    for (OnnxOutline.Node node : ModelCheck.nodes(model.graph())) {
      name(node.name(), names);
      node.outputs().forEach(n -> name(n, names));
    }
    List<Finding> findings = new ArrayList<>();
    findings.addAll(texts(model));
    findings.addAll(names.orPass("no name of more than %d characters".formatted(LONG_NAME)));
    return findings;
  }

  private static List<Finding> texts(OnnxOutline model) {
    Findings texts = new Findings("text.metadata");
    long total = model.texts().stream().mapToLong(OnnxOutline.Text::bytes).sum();
    if (total > LARGEST_TOTAL) {
      texts.block(
          "%d characters of free text, at most %d: strip metadata and doc strings"
              .formatted(total, LARGEST_TOTAL),
          "");
    }
    for (OnnxOutline.Text text : model.texts()) {
      if (text.bytes() > LARGEST_TEXT) {
        texts.block(
            "a text of %d characters, at most %d".formatted(text.bytes(), LARGEST_TEXT),
            text.where());
      } else if (!text.where().startsWith("producer")) {
        texts.warn("%d characters of free text: read them".formatted(text.bytes()), text.where());
      }
    }
    return texts.orPass("no metadata or doc strings beyond the producer's name");
  }

  private static void name(String name, Findings names) {
    if (name.length() > ENDLESS_NAME) {
      names.block("a name of %d characters".formatted(name.length()), name);
    } else if (name.length() > LONG_NAME) {
      names.warn("a name of %d characters".formatted(name.length()), name);
    }
  }
}

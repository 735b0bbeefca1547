package dev.caisson.airlock.scan;

import dev.caisson.airlock.Finding;
import java.util.ArrayList;
import java.util.List;

/// Declared against real tensors: sizes, one place for the data, nothing outside the file, no NaN.
final class TensorCheck {
  private TensorCheck() {}

  static List<Finding> run(OnnxOutline model) {
    List<TensorOutline> tensors = tensors(model);
    Findings external = new Findings("tensors.external");
    Findings sizes = new Findings("tensors.sizes");
    Findings finite = new Findings("tensors.finite");
    Findings texts = new Findings("tensors.texts");
    for (TensorOutline tensor : tensors) {
      tensor.external().forEach(file -> external.block(external(file), "tensor " + tensor.name()));
      if (tensor.external().isEmpty()) {
        size(tensor, sizes);
      }
      if (tensor.type().equals("string")) {
        texts.warn("keeps texts; each could name a person", "tensor " + tensor.name());
      }
    }
    for (OnnxOutline.Node node : ModelCheck.nodes(model.graph())) {
      if (node.texts() > 0) {
        texts.warn(
            "keeps %d texts; each could name a person".formatted(node.texts()),
            "node " + node.name());
      }
    }
    sparse(model.graph(), sizes);
    List<Finding> findings = new ArrayList<>();
    findings.addAll(external.orPass("all data is inside the file"));
    List<Finding> sizeFindings = sizes.orPass("declared and real sizes agree");
    findings.addAll(sizeFindings);
    if (sizeFindings.stream().noneMatch(Finding::blocks)) {
      tensors.forEach(tensor -> finite(tensor, finite));
      findings.addAll(finite.orPass("every stored number is finite"));
    }
    findings.addAll(texts.orPass("no texts in tensors or attributes"));
    return findings;
  }

  /// Every tensor at any depth: initializers and attributes.
  static List<TensorOutline> tensors(OnnxOutline model) {
    List<TensorOutline> tensors = new ArrayList<>();
    collect(model.graph(), tensors);
    return tensors;
  }

  private static void collect(OnnxOutline.Graph graph, List<TensorOutline> tensors) {
    tensors.addAll(graph.initializers());
    for (OnnxOutline.Node node : graph.nodes()) {
      tensors.addAll(node.tensors());
      node.subgraphs().forEach(inner -> collect(inner, tensors));
    }
  }

  private static String external(String file) {
    String normal = file.replace('\\', '/');
    if (normal.startsWith("/") || normal.matches("[A-Za-z]:.*")) {
      return "wants the absolute file %s read".formatted(file);
    }
    if (List.of(normal.split("/", -1)).contains("..")) {
      return "wants %s read, outside its own folder".formatted(file);
    }
    return "keeps its data outside this file (%s); submit one self-contained file"
        .formatted(file.isEmpty() ? "unnamed" : file);
  }

  private static void size(TensorOutline tensor, Findings sizes) {
    String where = "tensor " + tensor.name();
    if (tensor.elements().isEmpty()) {
      sizes.block("declares impossible dimensions " + tensor.dims(), where);
      return;
    }
    long elements = tensor.elements().getAsLong();
    if (tensor.segmented()) {
      sizes.block("is declared as a segment of another tensor", where);
    }
    if (tensor.stored().size() > 1) {
      sizes.block(
          "has data in %d places; readers see one".formatted(tensor.stored().size()), where);
    } else if (tensor.stored().isEmpty()) {
      if (elements > 0) {
        sizes.block("declares %d numbers and has none".formatted(elements), where);
      }
    } else if (tensor.stored().getFirst().field() == TensorOutline.Field.RAW) {
      long bytes = (elements * tensor.rawBits() + 7) / 8;
      if (tensor.rawBits() == 0 || bytes != tensor.stored().getFirst().count()) {
        sizes.block(
            "declares %d of %s, which is %d bytes, and has %d"
                .formatted(elements, tensor.type(), bytes, tensor.stored().getFirst().count()),
            where);
      }
    } else {
      typed(tensor, elements, sizes, where);
    }
  }

  private static void typed(TensorOutline tensor, long elements, Findings sizes, String where) {
    TensorOutline.Stored stored = tensor.stored().getFirst();
    long expected = elements;
    if (tensor.type().startsWith("complex")) {
      expected = 2 * elements;
    } else if (tensor.rawBits() == 4) {
      expected = (elements + 1) / 2;
    }
    if (tensor.type().equals("undefined") || stored.field() != tensor.typedField()) {
      sizes.block("keeps %s in a field for other numbers".formatted(tensor.type()), where);
    } else if (stored.count() != expected) {
      sizes.block("declares %d numbers and has %d".formatted(expected, stored.count()), where);
    }
  }

  private static void sparse(OnnxOutline.Graph graph, Findings sizes) {
    if (graph.sparseInitializers() > 0) {
      sizes.block("sparse initializers are not looked into", "graph " + graph.name());
    }
    for (OnnxOutline.Node node : graph.nodes()) {
      if (node.sparseTensors() > 0) {
        sizes.block("sparse tensors are not looked into", "node " + node.name());
      }
      node.subgraphs().forEach(inner -> sparse(inner, sizes));
    }
  }

  private static void finite(TensorOutline tensor, Findings finite) {
    int bad = 0;
    for (float value : tensor.numbers().get()) {
      bad += Float.isNaN(value) ? 1 : 0;
    }
    if (bad > 0) {
      finite.block(
          "%d numbers are NaN; each has 22 free bits to carry data".formatted(bad),
          "tensor " + tensor.name());
    }
  }
}

package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What moves, repeats or names numbers without changing them.
final class ArrangingOperations {
  static final Map<String, Operation> TABLE =
      Map.ofEntries(
          Map.entry("Identity", node -> node.alias(0)),
          Map.entry("Flatten", ArrangingOperations::reshape),
          Map.entry("Reshape", ArrangingOperations::reshape),
          Map.entry("Squeeze", ArrangingOperations::reshape),
          Map.entry("Unsqueeze", ArrangingOperations::reshape),
          Map.entry("Transpose", ArrangingOperations::transpose),
          Map.entry("Concat", ArrangingOperations::concat),
          Map.entry("Split", ArrangingOperations::split),
          Map.entry("Expand", ArrangingOperations::expand),
          Map.entry("Tile", ArrangingOperations::tile),
          Map.entry("DepthToSpace", ArrangingOperations::depthToSpace),
          Map.entry("SpaceToDepth", ArrangingOperations::spaceToDepth),
          Map.entry("Constant", ArrangingOperations::known),
          Map.entry("Shape", ArrangingOperations::known),
          Map.entry("Size", ArrangingOperations::known),
          Map.entry("ConstantOfShape", ArrangingOperations::constantOfShape),
          Map.entry("Range", ArrangingOperations::range));

  private ArrangingOperations() {}

  private static List<Dim> output(Emission node, int position) {
    return node.known().output(position).map(Inferred::dims).orElseThrow();
  }

  /// [GraphWriter] does not ask for these: they are known before a step.
  private static void known(Emission node) throws UnsupportedModelException {
    throw node.lacks("a constant that is not read");
  }

  private static void reshape(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    node.result("torch.reshape(%s, %s)".formatted(node.input(0), Emission.shape(output(node, 0))));
  }

  private static void transpose(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    node.result("torch.permute(%s, %s)".formatted(node.input(0), node.known().order()));
  }

  private static void concat(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < node.node().inputs().size(); i++) {
      inputs.add(node.input(i));
    }
    node.result(
        "torch.cat([%s], %d)".formatted(String.join(", ", inputs), node.node().whole("axis", 0)));
  }

  private static void split(Emission node) throws UnsupportedModelException, InvalidModelException {
    int axis = node.known().axis("axis", 0, node.known().input(0).rank());
    Dim start = Dim.ZERO;
    for (int i = 0; i < node.node().outputs().size(); i++) {
      Dim size = output(node, i).get(axis);
      if (node.gives(i)) {
        node.result(
            i,
            "torch.narrow(%s, %d, %s, %s)"
                .formatted(node.input(0), axis, Emission.size(start), Emission.size(size)));
      }
      start = new Dim(start.perRow() + size.perRow(), start.fixed() + size.fixed());
    }
  }

  private static void expand(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    node.result("torch.expand(%s, %s)".formatted(node.input(0), Emission.sizes(output(node, 0))));
  }

  private static void tile(Emission node) throws UnsupportedModelException, InvalidModelException {
    node.result(
        "torch.repeat(%s, %s)"
            .formatted(node.input(0), Emission.sizes(node.known().wholes(1).values())));
  }

  private static void depthToSpace(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<Dim> d = node.known().dims(0);
    Dim block = Dim.of(node.node().whole("blocksize", 1));
    Dim channels = output(node, 0).get(1);
    boolean columnsFirst = node.node().text("mode", "DCR").equals("CRD");
    List<Dim> apart =
        columnsFirst
            ? List.of(d.get(0), channels, block, block, d.get(2), d.get(3))
            : List.of(d.get(0), block, block, channels, d.get(2), d.get(3));
    String order = columnsFirst ? "[0, 1, 4, 2, 5, 3]" : "[0, 3, 4, 1, 5, 2]";
    rearranged(node, apart, order);
  }

  private static void spaceToDepth(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<Dim> d = node.known().dims(0);
    List<Dim> small = output(node, 0);
    Dim block = Dim.of(node.node().whole("blocksize", 1));
    rearranged(
        node,
        List.of(d.get(0), d.get(1), small.get(2), block, small.get(3), block),
        "[0, 3, 5, 1, 2, 4]");
  }

  private static void rearranged(Emission node, List<Dim> apart, String order)
      throws UnsupportedModelException, InvalidModelException {
    node.result(
        "torch.reshape(torch.permute(torch.reshape(%s, %s), %s), %s)"
            .formatted(
                node.input(0), Emission.shape(apart), order, Emission.shape(output(node, 0))));
  }

  private static void constantOfShape(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    Inferred out = node.known().output(0).orElseThrow();
    double value =
        switch (node.node().attributes().get("value")) {
          case dev.caisson.runtime.onnx.Attribute.Stored(var tensor) ->
              dev.caisson.runtime.shape.Inferred.isReal(tensor.type())
                  ? tensor.floats()[0]
                  : tensor.longs()[0];
          case null, default -> 0;
        };
    node.result(
        "torch.full(%s, %s, dtype=%d, device=%s)"
            .formatted(
                Emission.sizes(out.dims()),
                Emission.literal(value),
                node.torchType(out.type()),
                Emission.DEVICE));
  }

  private static void range(Emission node) throws UnsupportedModelException, InvalidModelException {
    Dim start = node.known().wholes(0).values().getFirst();
    Dim limit = node.known().wholes(1).values().getFirst();
    node.result(
        "torch.arange(%s, %s, %d, dtype=4, device=%s)"
            .formatted(
                Emission.size(start),
                Emission.size(limit),
                node.known().number(2),
                Emission.DEVICE));
  }
}

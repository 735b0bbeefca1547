package dev.caisson.runtime.build;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.Container;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A graph while it is written down, node after node. Weights are only planned until [#finish],
/// which counts them before it allocates and then draws them in the order of their planning.
final class Draft {
  static final String DROPOUT_RATIO = "dropout.ratio";

  /// Gelu's first; older readers than opset 20 would need it spelt out.
  private static final int OPSET = 20;

  private final ValueInfo input;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Planned> planned = new ArrayList<>();
  private String last;

  private sealed interface Planned {
    record Weight(String name, Shape shape, Start start, boolean trained) implements Planned {}

    record Stored(Tensor tensor) implements Planned {}
  }

  Draft(ValueInfo input) {
    this.input = input;
    this.last = input.name();
  }

  /// The output of the node written last.
  String last() {
    return last;
  }

  String weight(String name, Start start, long... shape) {
    planned.add(new Planned.Weight(name, Shape.of(shape), start, true));
    return name;
  }

  /// A running mean or variance: in the file, but not trained.
  String statistic(String name, float value, long length) {
    planned.add(new Planned.Weight(name, Shape.of(length), new Start.Same(value), false));
    return name;
  }

  String scalar(String name, float value) {
    planned.add(new Planned.Stored(Tensor.ofFloats(name, Shape.of(), new float[] {value})));
    return name;
  }

  String wholes(String name, long... values) {
    planned.add(new Planned.Stored(Tensor.ofLongs(name, Shape.of(values.length), values)));
    return name;
  }

  /// Writes a node whose one output is `NAME.out`, and tells that name.
  String node(String name, String operation, Map<String, Attribute> settings, String... inputs) {
    return write(name, operation, settings, name + ".out", inputs);
  }

  private String write(
      String name,
      String operation,
      Map<String, Attribute> settings,
      String output,
      String... inputs) {
    nodes.add(new Node(name, operation, List.of(inputs), List.of(output), settings));
    last = output;
    return output;
  }

  /// `last · weightᵀ + bias` on `[N × inputs]`, as `nn.Linear` stores and draws it.
  String linear(String name, int inputs, int outputs) {
    return linear(name, inputs, outputs, name + ".out");
  }

  private String linear(String name, int inputs, int outputs, String output) {
    Start start = Start.byInputs(inputs);
    return write(
        name,
        "Gemm",
        Map.of("transB", new Attribute.Whole(1)),
        output,
        last,
        weight(name + ".weight", start, outputs, inputs),
        weight(name + ".bias", start, outputs));
  }

  /// Plans the constant that [#dropout] reads, where there is any dropout.
  void planDropout(double ratio) {
    if (ratio > 0) {
      scalar(DROPOUT_RATIO, (float) ratio);
    }
  }

  String dropout(String name, double ratio) {
    return ratio > 0 ? node(name, "Dropout", Map.of(), last, DROPOUT_RATIO) : last;
  }

  /// Linear layers with activation and dropout after each but the last, whose output is `logits`.
  void head(int inputs, List<Integer> hidden, int outputs, Activation activation, double dropout) {
    int width = inputs;
    int layer = 1;
    for (int next : hidden) {
      linear("fc" + layer, width, next);
      node("act" + layer, activation.operation(), Map.of(), last);
      dropout("drop" + layer, dropout);
      width = next;
      layer++;
    }
    linear("fc" + layer, width, outputs, "logits");
  }

  /// The model: one input, one output `logits`.
  OnnxModel finish(String name, int outputs, long seed) {
    requireAffordable(weights(), Architecture.MOST_WEIGHTS);
    Random random = new Random(seed);
    List<Tensor> initializers = new ArrayList<>();
    for (Planned plan : planned) {
      initializers.add(
          switch (plan) {
            case Planned.Stored(Tensor tensor) -> tensor;
            case Planned.Weight(String weight, Shape shape, Start start, _) ->
                Tensor.ofFloats(weight, shape, start.draw((int) shape.elements(), random));
          });
    }
    try {
      return OnnxModel.of(
          new Graph(name, List.of(input), List.of(logits(outputs)), nodes, initializers), OPSET);
    } catch (InvalidModelException e) {
      throw new IllegalStateException("a graph that was written here is sound", e);
    }
  }

  /// The model as a [Container], however large; memory does not grow with it. The same weights are
  /// drawn as [#finish] draws.
  void pack(String name, int outputs, long seed, Path target) throws IOException {
    requireAffordable(weights(), Architecture.MOST_PACKED);
    List<Tensor> stored = new ArrayList<>();
    List<Planned.Weight> drawn = new ArrayList<>();
    for (Planned plan : planned) {
      switch (plan) {
        case Planned.Stored(Tensor tensor) -> stored.add(tensor);
        case Planned.Weight weight -> drawn.add(weight);
      }
    }
    Random random = new Random(seed);
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(target, StandardOpenOption.CREATE_NEW), 1 << 20)) {
      Container.write(
          new Graph(name, List.of(input), List.of(logits(outputs)), nodes, stored),
          OPSET,
          drawn.stream().map(w -> new Container.Planned(w.name(), w.shape())).toList(),
          (tensor, into, size) -> drawn.get(tensor).start().draw(into, size, random),
          out);
    }
  }

  private static ValueInfo logits(int outputs) {
    return ValueInfo.of("logits", ElementType.FLOAT, Shape.of(Shape.FREE, outputs));
  }

  /// Trainable numbers so far.
  long weights() {
    long numbers = 0;
    for (Planned plan : planned) {
      if (plan instanceof Planned.Weight(_, Shape shape, _, boolean trained) && trained) {
        numbers = Math.addExact(numbers, shape.elements());
      }
    }
    return numbers;
  }

  static void requireAffordable(long weights) {
    requireAffordable(weights, Architecture.MOST_WEIGHTS);
  }

  private static void requireAffordable(long weights, long most) {
    if (weights > most) {
      throw new IllegalArgumentException(
          "the model would have %,d trainable numbers, at most %,d are allowed; make it smaller"
              .formatted(weights, most));
    }
  }
}

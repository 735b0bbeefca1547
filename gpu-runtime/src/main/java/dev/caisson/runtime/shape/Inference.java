package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// One node with what is known of its inputs: what a [Rule] may ask and say, and what an engine may
/// ask later.
public final class Inference {
  private final Node node;
  private final int opset;
  private final Ledger ledger;

  Inference(Node node, int opset, Ledger ledger) {
    this.node = node;
    this.opset = opset;
    this.ledger = ledger;
  }

  public Node node() {
    return node;
  }

  public int opset() {
    return opset;
  }

  /// Whether the optional input is there.
  public boolean has(int position) {
    return !node.input(position).isEmpty();
  }

  public int inputs() {
    return node.inputs().size();
  }

  public int outputs() {
    return node.outputs().size();
  }

  public Inferred input(int position) throws InvalidModelException {
    return ledger
        .find(node.input(position))
        .orElseThrow(() -> wrong("input %d is missing".formatted(position)));
  }

  public List<Dim> dims(int position) throws InvalidModelException {
    return input(position).dims();
  }

  /// The whole numbers of an input that must be known, such as a shape.
  public Wholes wholes(int position) throws InvalidModelException {
    return input(position)
        .wholes()
        .orElseThrow(
            () ->
                wrong(
                    "'%s' depends on the data; it must follow from shapes and constants"
                        .formatted(node.input(position))));
  }

  /// The same where they are one list of numbers that do not depend on the batch: axes, pads.
  public List<Long> fixed(int position) throws InvalidModelException {
    List<Long> numbers = new ArrayList<>();
    for (Dim value : wholes(position).values()) {
      if (!value.isFixed()) {
        throw wrong(
            "'%s' has the number %s, which depends on the batch"
                .formatted(node.input(position), value));
      }
      numbers.add(value.fixed());
    }
    return numbers;
  }

  /// The one number of an input that holds one, known and not depending on the batch.
  public long number(int position) throws InvalidModelException {
    List<Long> numbers = fixed(position);
    if (numbers.size() != 1) {
      throw wrong(
          "'%s' must be one number, it has %d".formatted(node.input(position), numbers.size()));
    }
    return numbers.getFirst();
  }

  /// A list that is an attribute in some opsets and an input in others; empty where left out.
  public Optional<List<Long>> listed(String attribute, int position) throws InvalidModelException {
    if (node.attributes().containsKey(attribute)) {
      return Optional.of(node.wholes(attribute));
    }
    return has(position) ? Optional.of(fixed(position)) : Optional.empty();
  }

  /// The tensor that the file holds for an input, if it does.
  public Optional<Tensor> stored(int position) throws InvalidModelException {
    return has(position) ? input(position).stored() : Optional.empty();
  }

  /// An axis counted from 0, of a tensor of this rank.
  public int axis(long axis, int rank) throws InvalidModelException {
    if (axis < -rank || axis >= rank) {
      throw wrong("axis %d does not exist in %d dimensions".formatted(axis, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /// The axis of an attribute.
  public int axis(String attribute, long otherwise, int rank) throws InvalidModelException {
    return axis(node.whole(attribute, otherwise), rank);
  }

  /// The common shape of two, by the rule of NumPy.
  List<Dim> broadcast(List<Dim> a, List<Dim> b) throws InvalidModelException {
    int rank = Math.max(a.size(), b.size());
    List<Dim> result = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      Dim left = i < rank - a.size() ? Dim.ONE : a.get(i - rank + a.size());
      Dim right = i < rank - b.size() ? Dim.ONE : b.get(i - rank + b.size());
      if (!left.equals(right) && !left.is(1) && !right.is(1)) {
        throw wrong("shapes %s and %s do not fit".formatted(Dim.words(a), Dim.words(b)));
      }
      result.add(left.is(1) ? right : left);
    }
    return result;
  }

  /// The number of elements, which must be in proportion to the batch or fixed.
  Dim elements(List<Dim> dims) throws InvalidModelException {
    return Dim.product(dims)
        .orElseThrow(() -> wrong("shape %s has the batch twice".formatted(Dim.words(dims))));
  }

  /// The axes of a reduction, ascending; all of them where none is named.
  public SortedSet<Integer> axes() throws InvalidModelException {
    return ReducingRules.axes(this);
  }

  /// The order of a Transpose.
  public List<Integer> order() throws InvalidModelException {
    return ArrangingRules.order(this);
  }

  /// The sizes of an LSTM, GRU or RNN.
  public Recurrence recurrence() throws InvalidModelException {
    return RecurrentRules.sizes(this);
  }

  /// What a Slice takes, axis by axis.
  public List<Cut> cuts() throws InvalidModelException {
    return PickingRules.cuts(this);
  }

  /// How the kernel of a convolution or a pool walks, spatial axis by spatial axis.
  public List<Window> windows() throws InvalidModelException {
    return Windows.of(this);
  }

  /// What a Resize does, axis by axis; those that stay are left out.
  public List<Resized> resized() throws InvalidModelException {
    return ResizeRules.resized(this);
  }

  /// What a Pad does, axis by axis; those that stay are left out.
  public List<Padded> padded() throws InvalidModelException {
    return ResizeRules.padded(this);
  }

  void result(Inferred value) {
    result(0, value);
  }

  void result(ElementType type, List<Dim> dims) {
    result(0, Inferred.of(type, dims));
  }

  /// Says what an output is; one that the node does not give is passed over.
  void result(int output, Inferred value) {
    if (output < node.outputs().size() && !node.outputs().get(output).isEmpty()) {
      ledger.put(node.outputs().get(output), value);
    }
  }

  /// What is known of an output, if the node gives it.
  public Optional<Inferred> output(int output) {
    return output < node.outputs().size()
        ? ledger.find(node.outputs().get(output))
        : Optional.empty();
  }

  /// Says that an engine makes numbers of this shape on the way, beside the outputs.
  void makes(List<Dim> dims) throws InvalidModelException {
    Shapes.requireFew(this, "it makes %s on the way".formatted(Dim.words(dims)), dims);
    ledger.buffer(List.copyOf(dims));
  }

  /// Says that it takes a multiplication for each element of this shape.
  void works(List<Dim> dims) throws InvalidModelException {
    ledger.work(this, dims.stream().mapToDouble(d -> d.at(1)).reduce(1, (a, b) -> a * b));
  }

  public InvalidModelException wrong(String what) {
    return new InvalidModelException("%s: %s".formatted(node.label(), what));
  }
}

package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Matrix products.
final class LinearRules {
  static final Map<String, Rule> TABLE =
      Map.of(
          "Gemm", LinearRules::gemm, "MatMul", LinearRules::matmul, "Einsum", LinearRules::einsum);

  private LinearRules() {}

  private static void gemm(Inference node) throws InvalidModelException {
    List<Dim> a = matrix(node, 0, "transA");
    List<Dim> b = matrix(node, 1, "transB");
    requireInner(node, a, b, a.get(1), b.get(0));
    List<Dim> result = List.of(a.get(0), b.get(1));
    if (node.has(2) && !node.broadcast(result, node.dims(2)).equals(result)) {
      throw node.wrong(
          "C of shape %s does not fit %s".formatted(Dim.words(node.dims(2)), Dim.words(result)));
    }
    node.works(List.of(a.get(0), a.get(1), b.get(1)));
    node.result(node.input(0).type(), result);
  }

  private static List<Dim> matrix(Inference node, int position, String transposed)
      throws InvalidModelException {
    List<Dim> dims = node.dims(position);
    if (dims.size() != 2) {
      throw node.wrong(
          "input %d must have two dimensions, has %s".formatted(position, Dim.words(dims)));
    }
    return node.node().whole(transposed, 0) == 0 ? dims : dims.reversed();
  }

  private static void requireInner(Inference node, List<Dim> a, List<Dim> b, Dim left, Dim right)
      throws InvalidModelException {
    if (!left.equals(right)) {
      throw node.wrong(
          "matrices of %s and %s cannot be multiplied".formatted(Dim.words(a), Dim.words(b)));
    }
  }

  private static void matmul(Inference node) throws InvalidModelException {
    List<Dim> a = node.dims(0);
    List<Dim> b = node.dims(1);
    if (a.isEmpty() || b.isEmpty()) {
      throw node.wrong("a single number is not a matrix");
    }
    Dim inner = b.size() == 1 ? b.getFirst() : b.get(b.size() - 2);
    requireInner(node, a, b, a.getLast(), inner);
    List<Dim> result = new ArrayList<>();
    if (a.size() > 1 && b.size() > 1) {
      result.addAll(node.broadcast(a.subList(0, a.size() - 2), b.subList(0, b.size() - 2)));
      repeated(node, a, result);
      repeated(node, b, result);
    } else {
      result.addAll(a.size() > 2 ? a.subList(0, a.size() - 2) : List.of());
      result.addAll(b.size() > 2 ? b.subList(0, b.size() - 2) : List.of());
    }
    if (a.size() > 1) {
      result.add(a.get(a.size() - 2));
    }
    if (b.size() > 1) {
      result.add(b.getLast());
    }
    List<Dim> products = new ArrayList<>(result);
    products.add(inner);
    node.works(products);
    node.result(node.input(0).type(), result);
  }

  /// Matrices of a stack that is broadcast are copied for each product.
  private static void repeated(Inference node, List<Dim> operand, List<Dim> stack)
      throws InvalidModelException {
    List<Dim> own = operand.subList(0, operand.size() - 2);
    if (!own.isEmpty() && !own.equals(stack)) {
      List<Dim> copies = new ArrayList<>(stack);
      copies.addAll(operand.subList(operand.size() - 2, operand.size()));
      node.makes(copies);
    }
  }

  /// Letters only: an ellipsis is refused.
  private static void einsum(Inference node) throws InvalidModelException {
    String equation = node.node().text("equation", "").replace(" ", "");
    if (!equation.matches("[A-Za-z]*(,[A-Za-z]*)*->[A-Za-z]*")) {
      throw node.wrong("the equation '%s' must be letters, with '->'".formatted(equation));
    }
    String[] sides = equation.split("->", -1);
    String[] operands = sides[0].split(",", -1);
    if (operands.length != node.inputs()) {
      throw node.wrong("the equation '%s' has another number of inputs".formatted(equation));
    }
    Map<Character, Dim> sizes = new HashMap<>();
    for (int i = 0; i < operands.length; i++) {
      List<Dim> dims = node.dims(i);
      if (operands[i].length() != dims.size()) {
        throw node.wrong("'%s' does not suit %s".formatted(operands[i], Dim.words(dims)));
      }
      for (int axis = 0; axis < dims.size(); axis++) {
        Dim other = sizes.put(operands[i].charAt(axis), dims.get(axis));
        if (other != null && !other.equals(dims.get(axis))) {
          throw node.wrong(
              "'%s' stands for %s and for %s"
                  .formatted(operands[i].charAt(axis), other, dims.get(axis)));
        }
      }
    }
    List<Dim> result = new ArrayList<>();
    for (char letter : sides[1].toCharArray()) {
      Dim size = sizes.get(letter);
      if (size == null) {
        throw node.wrong("no input of '%s' has '%s'".formatted(equation, letter));
      }
      result.add(size);
    }
    contracted(node, operands, sides[1], sizes);
    node.result(node.input(0).type(), result);
  }

  /// Operands are multiplied from the left, two at a time; what stands in between has the letters
  /// that are wanted later.
  private static void contracted(
      Inference node, String[] operands, String output, Map<Character, Dim> sizes)
      throws InvalidModelException {
    Map<Character, Integer> last = new HashMap<>();
    for (int i = 0; i < operands.length; i++) {
      for (int at = 0; at < operands[i].length(); at++) {
        last.put(operands[i].charAt(at), i);
      }
    }
    for (int at = 0; at < output.length(); at++) {
      last.put(output.charAt(at), operands.length);
    }
    Set<Character> current = new TreeSet<>();
    for (int i = 0; i < operands.length; i++) {
      int step = i;
      for (int at = 0; at < operands[i].length(); at++) {
        current.add(operands[i].charAt(at));
      }
      node.works(current.stream().map(sizes::get).toList());
      current.removeIf(letter -> last.getOrDefault(letter, 0) <= step);
      if (i > 0 && i < operands.length - 1) {
        node.makes(current.stream().map(sizes::get).toList());
      }
    }
  }
}

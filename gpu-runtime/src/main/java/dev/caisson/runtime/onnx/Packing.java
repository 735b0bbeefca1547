package dev.caisson.runtime.onnx;

import java.util.List;

/// The file's vector cut in two for training: the weights, which the optimiser changes, and the
/// running statistics, which the graph itself keeps. Each part keeps the order of the file.
public final class Packing {
  private final ParameterLayout layout;
  private final List<Parameter> weights;
  private final List<Parameter> statistics;

  public Packing(ParameterLayout layout) {
    this.layout = layout;
    this.weights = of(Parameter.Kind.WEIGHT);
    this.statistics = of(Parameter.Kind.STATISTIC);
  }

  private List<Parameter> of(Parameter.Kind kind) {
    return layout.parameters().stream().filter(p -> p.kind() == kind).toList();
  }

  public List<Parameter> weights() {
    return weights;
  }

  public List<Parameter> statistics() {
    return statistics;
  }

  public static int length(List<Parameter> part) {
    return part.stream().mapToInt(Parameter::length).sum();
  }

  /// The numbers of one part.
  public static float[] take(List<Parameter> part, float[] vector) {
    float[] taken = new float[length(part)];
    int at = 0;
    for (Parameter parameter : part) {
      System.arraycopy(vector, parameter.offset(), taken, at, parameter.length());
      at += parameter.length();
    }
    return taken;
  }

  /// Puts the numbers of one part back into the file's vector.
  public static void put(List<Parameter> part, float[] numbers, float[] vector) {
    int at = 0;
    for (Parameter parameter : part) {
      System.arraycopy(numbers, at, vector, parameter.offset(), parameter.length());
      at += parameter.length();
    }
  }
}

package dev.caisson.runtime.check;

import dev.caisson.runtime.onnx.Constant;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.List;

/// A model in figures.
///
/// @param parameters what trains, in the order of the flat vector
/// @param weights numbers that follow the gradient
/// @param statistics numbers that follow the data (running means and variances)
/// @param constants initializers that stay as they are, each with its reason
public record Summary(
    int opset,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    int nodes,
    List<Parameter> parameters,
    long weights,
    long statistics,
    List<Constant> constants) {
  public Summary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    parameters = List.copyOf(parameters);
    constants = List.copyOf(constants);
  }

  static Summary of(OnnxModel model) {
    List<Parameter> parameters = model.layout().parameters();
    return new Summary(
        model.opset(),
        model.graph().inputs(),
        model.graph().outputs(),
        model.graph().nodes().size(),
        parameters,
        numbers(parameters, Parameter.Kind.WEIGHT),
        numbers(parameters, Parameter.Kind.STATISTIC),
        model.constants());
  }

  private static long numbers(List<Parameter> parameters, Parameter.Kind kind) {
    return parameters.stream()
        .filter(parameter -> parameter.kind() == kind)
        .mapToLong(Parameter::length)
        .sum();
  }
}

package dev.caisson.airlock.scan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an ONNX file computes, as plain values: operations in file order, the numbers and texts
/// they keep, and what is put in and comes out. Graphs inside operations (branches, loops) are not
/// mapped; `branches` says that there are some.
public record ModelGraph(
    List<String> inputs,
    List<String> outputs,
    List<Operation> operations,
    Map<String, WeightBits> weights,
    Map<String, Setting> tables,
    boolean branches) {

  public ModelGraph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operations = List.copyOf(operations);
    weights = Map.copyOf(weights);
    tables = Map.copyOf(tables);
  }

  /// One node. `domain` is empty for the standard operators.
  public record Operation(
      String name,
      String operator,
      String domain,
      List<String> inputs,
      List<String> outputs,
      Map<String, Setting> settings) {
    public Operation {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      settings = Map.copyOf(settings);
    }

    /// The numbers under this name; none if there is no such setting.
    public double[] numbers(String setting) {
      return settings.get(setting) instanceof Setting.Numbers n ? n.values() : new double[0];
    }

    /// The whole numbers under this name; none if there is no such setting.
    public long[] wholes(String setting) {
      return settings.get(setting) instanceof Setting.Wholes w ? w.values() : new long[0];
    }

    /// The texts under this name; none if there is no such setting.
    public List<String> texts(String setting) {
      return settings.get(setting) instanceof Setting.Texts t ? t.values() : List.of();
    }

    /// The one text under this name.
    public Optional<String> text(String setting) {
      return texts(setting).stream().findFirst();
    }
  }

  /// What an attribute keeps: floats and doubles, whole numbers, or texts; one or many.
  @SuppressWarnings("ArrayRecordComponent") // held by reference, read only, never compared
  public sealed interface Setting {
    record Numbers(double[] values) implements Setting {}

    record Wholes(long[] values) implements Setting {}

    record Texts(List<String> values) implements Setting {
      public Texts {
        values = List.copyOf(values);
      }
    }
  }

  /// The operation that computes each value.
  public Map<String, Operation> producers() {
    Map<String, Operation> producers = new HashMap<>();
    operations.forEach(op -> op.outputs().forEach(name -> producers.putIfAbsent(name, op)));
    return producers;
  }

  /// The operations that read each value.
  public Map<String, List<Operation>> readers() {
    Map<String, List<Operation>> readers = new HashMap<>();
    for (Operation op : operations) {
      op.inputs().forEach(n -> readers.computeIfAbsent(n, x -> new ArrayList<>()).add(op));
    }
    return readers;
  }
}

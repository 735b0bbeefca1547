package dev.caisson.client.study;

import dev.caisson.protocol.strategy.StateShape;
import dev.caisson.protocol.study.PersonalPart;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.onnx.Parameter;
import java.util.ArrayList;
import java.util.List;

/// A model's parameters divided into those that the study shares, which are summed and make its
/// states, and those that stay at each site, its *head*. Both in file order, each without gaps.
public final class SharedPart {
  private final OnnxModel model;
  private final List<Parameter> shared;
  private final List<Parameter> personal;

  /// A part that fits the model ([PersonalPart#objection]).
  public SharedPart(OnnxModel model, PersonalPart personal) {
    this.model = model;
    List<Parameter> all = model.layout().parameters();
    this.shared = all.stream().filter(p -> !personal.holds(p.name())).toList();
    this.personal = all.stream().filter(p -> personal.holds(p.name())).toList();
  }

  /// The shared parameters, with their places in the whole vector.
  public List<Parameter> parameters() {
    return shared;
  }

  /// Entries of the shared vector.
  public int length() {
    return Packing.length(shared);
  }

  /// Entries of the head.
  public int headLength() {
    return Packing.length(personal);
  }

  /// What the entries of the shared vector are.
  public StateShape shape() {
    List<StateShape.Run> statistics = new ArrayList<>();
    int at = 0;
    for (Parameter parameter : shared) {
      if (parameter.kind() == Parameter.Kind.STATISTIC) {
        statistics.add(new StateShape.Run(at, parameter.length()));
      }
      at += parameter.length();
    }
    return new StateShape(length(), statistics);
  }

  /// The shared numbers of a whole vector: the very array where all are shared.
  public float[] shared(float[] whole) {
    return personal.isEmpty() ? whole : Packing.take(shared, whole);
  }

  /// The head of a whole vector.
  public float[] head(float[] whole) {
    return Packing.take(personal, whole);
  }

  /// The shared numbers at the front of `state`, and a head, as a whole vector: the very array
  /// where it is one already.
  public float[] whole(float[] state, float[] head) {
    if (personal.isEmpty() && state.length == model.layout().length()) {
      return state;
    }
    float[] whole = spread(state, 0);
    Packing.put(personal, head, whole);
    return whole;
  }

  /// The shared numbers in `state` from `from` on in their places in a whole vector, of which the
  /// rest is zero.
  public float[] spread(float[] state, int from) {
    float[] whole = new float[model.layout().length()];
    int at = from;
    for (Parameter parameter : shared) {
      System.arraycopy(state, at, whole, parameter.offset(), parameter.length());
      at += parameter.length();
    }
    return whole;
  }
}

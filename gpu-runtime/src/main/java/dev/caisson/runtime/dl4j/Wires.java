package dev.caisson.runtime.dl4j;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/// From places of DL4J's flat parameters to positions of the file's vector and back. A place may be
/// the sum of two positions, and several places one position (tied weights): gradients add up.
final class Wires {
  private final int[] first;
  private final int[] second;
  private final float[] fixed;

  private Wires(int length) {
    first = new int[length];
    second = new int[length];
    fixed = new float[length];
    Arrays.fill(first, Placed.FIXED);
    Arrays.fill(second, Placed.FIXED);
  }

  /// @param parameter the view of a layer's parameter, by its name `vertex_key`
  static Wires of(List<Binding> bindings, Function<String, INDArray> parameter, int length) {
    Wires wires = new Wires(length);
    for (Binding binding : bindings) {
      wires.add(binding, parameter.apply(binding.vertex() + "_" + binding.parameter()));
    }
    return wires;
  }

  private void add(Binding binding, INDArray view) {
    int[] places = Axes.walk(view.shape(), view.offset(), view.stride());
    for (int s = 0; s < binding.sources().size(); s++) {
      Placed source = binding.sources().get(s);
      if (source.length() != places.length) {
        throw new IllegalStateException(
            "%s of vertex %s has %d places for %d numbers"
                .formatted(binding.parameter(), binding.vertex(), places.length, source.length()));
      }
      int[] wire = s == 0 ? first : second;
      for (int i = 0; i < places.length; i++) {
        wire[places[i]] = source.position(i);
        if (source.position(i) == Placed.FIXED) {
          fixed[places[i]] += source.number(i, new float[0]);
        }
      }
    }
  }

  void scatter(float[] vector, float[] parameters) {
    for (int i = 0; i < parameters.length; i++) {
      float sum = fixed[i];
      if (first[i] != Placed.FIXED) {
        sum += vector[first[i]];
      }
      if (second[i] != Placed.FIXED) {
        sum += vector[second[i]];
      }
      parameters[i] = sum;
    }
  }

  void gather(float[] gradients, float[] vector) {
    for (int i = 0; i < gradients.length; i++) {
      if (first[i] != Placed.FIXED) {
        vector[first[i]] += gradients[i];
      }
      if (second[i] != Placed.FIXED) {
        vector[second[i]] += gradients[i];
      }
    }
  }
}

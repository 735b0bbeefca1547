package dev.caisson.runtime.dl4j;

import java.util.List;

/// Which of the file's numbers a layer's parameter is: the sum of these, element by element, in the
/// parameter's row-major order. (An LSTM of DL4J has one bias where ONNX has two.)
record Binding(String vertex, String parameter, List<Placed> sources) {
  Binding {
    sources = List.copyOf(sources);
  }
}

package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Padded;
import dev.caisson.runtime.shape.Window;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.nd4j.linalg.activations.Activation;

/// Matrix products, convolutions and pools: DL4J's own layers.
final class LayerOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Gemm", LayerOperations::gemm,
          "MatMul", LayerOperations::matmul,
          "Conv", LayerOperations::conv,
          "MaxPool", LayerOperations::maxPool,
          "AveragePool", LayerOperations::averagePool,
          "GlobalAveragePool", node -> global(node, PoolingType.AVG),
          "GlobalMaxPool", node -> global(node, PoolingType.MAX),
          "ReduceMean", LayerOperations::reduceMean,
          "Pad", LayerOperations::pad);

  private LayerOperations() {}

  private static void gemm(Site node) throws UnsupportedModelException, InvalidModelException {
    if (node.node().whole("transA", 0) != 0) {
      throw node.lacks("transA=1");
    }
    if (node.node().real("alpha", 1) != 1 || (node.has(2) && node.node().real("beta", 1) != 1)) {
      throw node.lacks("alpha or beta other than 1");
    }
    Placed matrix = node.placed(1);
    if (node.node().whole("transB", 0) != 0) {
      matrix = matrix.transposed(1, 0);
    }
    Value.Product product = new Value.Product(node.live(0), matrix, node.dims());
    node.result(
        node.has(2)
            ? node.dense(product, Optional.of(bias(node, node.placed(2), matrix)))
            : product);
  }

  private static Placed bias(Site node, Placed given, Placed matrix)
      throws UnsupportedModelException {
    long[] wanted = {1, matrix.shape()[1]};
    if (given.shape().length > 2 || (given.shape().length == 2 && given.shape()[0] != 1)) {
      throw node.lacks("a bias for each row");
    }
    return given.expanded(wanted);
  }

  private static void matmul(Site node) throws UnsupportedModelException, InvalidModelException {
    if (node.known().input(0).rank() != 2 || node.known().input(1).rank() != 2) {
      throw node.lacks(
          "a product of %s and %s"
              .formatted(Dim.words(node.known().dims(0)), Dim.words(node.known().dims(1))));
    }
    node.result(new Value.Product(node.live(0), node.placed(1), node.dims()));
  }

  private static void conv(Site node) throws UnsupportedModelException, InvalidModelException {
    List<Window> windows = planes(node);
    if (node.node().whole("group", 1) != 1) {
      throw node.lacks("group=%d".formatted(node.node().whole("group", 1)));
    }
    Placed kernel = node.placed(1);
    long[] shape = kernel.shape();
    boolean alike = windows.stream().allMatch(w -> w.before() == w.after());
    String input = node.live(0).vertex();
    if (!alike) {
      input = node.layer(padding(windows), input);
    }
    String vertex =
        node.layer(
            new ConvolutionLayer.Builder(both(windows, Window::kernel))
                .stride(both(windows, Window::stride))
                .dilation(both(windows, Window::dilation))
                .padding(both(windows, w -> alike ? w.before() : 0))
                .convolutionMode(ConvolutionMode.Truncate)
                .dataFormat(CNN2DFormat.NCHW)
                .nIn(shape[1])
                .nOut(shape[0])
                .hasBias(node.has(2))
                .activation(Activation.IDENTITY)
                .build(),
            input);
    node.bind(vertex, ConvolutionParamInitializer.WEIGHT_KEY, kernel);
    if (node.has(2)) {
      node.bind(vertex, ConvolutionParamInitializer.BIAS_KEY, node.placed(2).reshaped(1, shape[0]));
    }
    node.live(vertex);
  }

  private static ZeroPaddingLayer padding(List<Window> windows) {
    Window rows = windows.get(0);
    Window columns = windows.get(1);
    return new ZeroPaddingLayer.Builder(
            (int) rows.before(), (int) rows.after(), (int) columns.before(), (int) columns.after())
        .build();
  }

  private static void maxPool(Site node) throws UnsupportedModelException, InvalidModelException {
    if (node.gives(1)) {
      throw node.lacks("the places of the largest numbers (the output 'Indices')");
    }
    pool(node, SubsamplingLayer.PoolingType.MAX);
  }

  private static void averagePool(Site node)
      throws UnsupportedModelException, InvalidModelException {
    pool(node, SubsamplingLayer.PoolingType.AVG);
  }

  private static void pool(Site node, SubsamplingLayer.PoolingType type)
      throws UnsupportedModelException, InvalidModelException {
    List<Window> windows = planes(node);
    for (Window w : windows) {
      long truncated = (w.input() + 2 * w.before() - w.reach()) / w.stride() + 1;
      if (w.dilation() != 1 || truncated != w.output() || 2 * w.before() > w.kernel()) {
        throw node.lacks("a window that is dilated, or padded other than alike at both ends");
      }
    }
    node.live(
        node.layer(
            new SubsamplingLayer.Builder(type)
                .kernelSize(both(windows, Window::kernel))
                .stride(both(windows, Window::stride))
                .padding(both(windows, Window::before))
                .convolutionMode(ConvolutionMode.Truncate)
                .dataFormat(CNN2DFormat.NCHW)
                .avgPoolIncludePadInDivisor(node.node().whole("count_include_pad", 0) != 0)
                .build(),
            node.live(0).vertex()));
  }

  /// A mean over the planes of an image, which is how exporters write a global pool.
  private static void reduceMean(Site node)
      throws UnsupportedModelException, InvalidModelException {
    List<Integer> axes = List.copyOf(node.known().axes());
    boolean channelsLast = axes.equals(List.of(1, 2));
    if (node.known().input(0).rank() != 4 || !(channelsLast || axes.equals(List.of(2, 3)))) {
      throw node.lacks(
          "a mean of %s over the axes %s".formatted(Dim.words(node.known().dims(0)), axes));
    }
    String input = node.live(0).vertex();
    if (channelsLast) {
      input = node.own(new Transposed(0, 3, 1, 2), input);
    }
    String pool =
        node.layer(
            new GlobalPoolingLayer.Builder(PoolingType.AVG).collapseDimensions(false).build(),
            input);
    node.live(node.own(new Reshaped(node.dims()), pool));
  }

  /// Zeros around the planes of an image.
  private static void pad(Site node) throws UnsupportedModelException, InvalidModelException {
    List<Padded> axes = node.known().padded();
    int[] pads = new int[4];
    for (Padded axis : axes) {
      if (node.known().input(0).rank() != 4
          || axis.axis() < 2
          || axis.before() < 0
          || axis.after() < 0) {
        throw node.lacks("padding other than around the planes of an image");
      }
      pads[2 * (axis.axis() - 2)] = Math.toIntExact(axis.before());
      pads[2 * (axis.axis() - 2) + 1] = Math.toIntExact(axis.after());
    }
    if (!node.node().text("mode", "constant").equals("constant")
        || (node.has(2) && !isZero(node))) {
      throw node.lacks("padding with anything but zeros");
    }
    node.live(
        node.layer(
            new ZeroPaddingLayer.Builder(pads[0], pads[1], pads[2], pads[3]).build(),
            node.live(0).vertex()));
  }

  private static boolean isZero(Site node) throws UnsupportedModelException {
    Placed number = node.placed(2);
    return number.isFixed() && number.length() == 1 && number.number(0, new float[0]) == 0;
  }

  private static List<Window> planes(Site node)
      throws UnsupportedModelException, InvalidModelException {
    List<Window> windows = node.known().windows();
    if (windows.size() != 2) {
      throw node.lacks("windows over %d dimensions".formatted(windows.size()));
    }
    return windows;
  }

  private static int[] both(List<Window> windows, ToLongFunction<Window> size) {
    return windows.stream().mapToLong(size).mapToInt(Math::toIntExact).toArray();
  }

  private static void global(Site node, PoolingType type)
      throws UnsupportedModelException, InvalidModelException {
    if (node.known().input(0).rank() != 4) {
      throw node.lacks("a pool of " + Dim.words(node.known().dims(0)));
    }
    node.live(
        node.layer(
            new GlobalPoolingLayer.Builder(type).collapseDimensions(false).build(),
            node.live(0).vertex()));
  }
}

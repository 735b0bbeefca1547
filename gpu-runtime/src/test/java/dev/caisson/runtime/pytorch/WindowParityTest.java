package dev.caisson.runtime.pytorch;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Convolutions and pools against ONNX Runtime: every setting, odd sizes among them.
class WindowParityTest {
  private static final int ROWS = 7;

  @ParameterizedTest
  @MethodSource
  void convolutions(ImageCase example) throws Exception {
    Parity.check(example.model(), ROWS);
  }

  static Stream<ImageCase> convolutions() {
    return Stream.of(
        conv(l(2, 9), l(4, 2, 3)),
        conv(l(2, 9), l(4, 2, 3), "pads", l(2, 1), "strides", l(2)),
        conv(l(4, 11), l(6, 2, 4), "group", 2, "dilations", l(2), "pads", l(3, 3)),
        conv(l(3, 8, 7), l(4, 3, 3, 3), "pads", l(1, 1, 1, 1)),
        conv(l(3, 8, 7), l(4, 3, 3, 2), "pads", l(0, 1, 2, 3), "strides", l(2, 3)),
        conv(l(3, 8, 7), l(4, 3, 3, 2), "auto_pad", "SAME_UPPER", "strides", l(2, 2)),
        conv(l(3, 8, 7), l(4, 3, 2, 4), "auto_pad", "SAME_LOWER", "strides", l(3, 1)),
        conv(l(3, 9, 9), l(4, 3, 2, 3), "auto_pad", "SAME_LOWER", "dilations", l(1, 1)),
        conv(l(3, 8, 7), l(4, 3, 3, 3), "auto_pad", "VALID", "kernel_shape", l(3, 3)),
        conv(l(4, 6, 6), l(4, 1, 3, 3), "group", 4, "dilations", l(2, 1)),
        conv(l(2, 4, 5, 3), l(3, 2, 2, 3, 2), "pads", l(0, 1, 1, 0, 1, 1)),
        conv(l(2, 4, 5, 3), l(3, 2, 2, 3, 2), "pads", l(1, 0, 0, 0, 1, 2), "strides", l(2, 1, 1)),
        ImageCase.of("Conv", l(3, 5, 5), List.of(l(4, 3, 1, 1))));
  }

  @ParameterizedTest
  @MethodSource
  void transposedConvolutions(ImageCase example) throws Exception {
    Parity.check(example.model(), ROWS);
  }

  static Stream<ImageCase> transposedConvolutions() {
    return Stream.of(
        transposed(l(2, 5), l(2, 3, 4), "strides", l(2), "pads", l(1, 1)),
        transposed(l(2, 5), l(2, 3, 4), "strides", l(3), "output_padding", l(2)),
        transposed(l(4, 5, 4), l(4, 2, 3, 3), "group", 2, "strides", l(2, 2)),
        transposed(l(4, 5, 4), l(4, 3, 2, 2), "strides", l(2, 2)),
        transposed(l(2, 5, 4), l(2, 3, 3, 3), "pads", l(0, 1, 2, 0), "strides", l(2, 3)),
        transposed(
            l(2, 5, 4),
            l(2, 3, 3, 3),
            "pads",
            l(1, 1, 1, 1),
            "strides",
            l(2, 2),
            "output_padding",
            l(1, 1)),
        transposed(l(2, 5, 4), l(2, 3, 3, 3), "dilations", l(2, 1), "pads", l(1, 0, 0, 1)),
        transposed(l(2, 5, 4), l(2, 3, 3, 3), "strides", l(2, 2), "output_shape", l(10, 8)),
        transposed(
            l(2, 5, 4),
            l(2, 3, 3, 3),
            "strides",
            l(2, 2),
            "output_shape",
            l(10, 8),
            "auto_pad",
            "SAME_UPPER"),
        transposed(l(2, 5, 4), l(2, 3, 3, 3), "strides", l(2, 2), "auto_pad", "SAME_UPPER"),
        transposed(l(2, 5, 4), l(2, 3, 3, 4), "strides", l(2, 1), "auto_pad", "SAME_LOWER"),
        transposed(l(2, 5, 4), l(2, 3, 3, 3), "strides", l(2, 2), "auto_pad", "VALID"),
        transposed(
            l(2, 3, 4, 2), l(2, 3, 3, 2, 2), "strides", l(2, 1, 2), "pads", l(1, 0, 0, 1, 0, 1)));
  }

  @ParameterizedTest
  @MethodSource
  void pools(ImageCase example) throws Exception {
    Parity.check(example.model(), ROWS);
  }

  static Stream<ImageCase> pools() {
    return Stream.of("MaxPool", "AveragePool")
        .flatMap(
            pool ->
                Stream.of(
                    pool(pool, l(2, 9), "kernel_shape", l(3)),
                    pool(pool, l(2, 9), "kernel_shape", l(3), "pads", l(2, 1), "strides", l(2)),
                    pool(pool, l(2, 8), "kernel_shape", l(3), "strides", l(2), "ceil_mode", 1),
                    pool(pool, l(2, 7, 9), "kernel_shape", l(2, 2), "strides", l(2, 2)),
                    pool(
                        pool,
                        l(2, 7, 9),
                        "kernel_shape",
                        l(2, 3),
                        "strides",
                        l(2, 2),
                        "ceil_mode",
                        1),
                    pool(
                        pool,
                        l(2, 7, 10),
                        "kernel_shape",
                        l(3, 3),
                        "strides",
                        l(2, 3),
                        "pads",
                        l(1, 1, 1, 1)),
                    pool(
                        pool,
                        l(2, 7, 10),
                        "kernel_shape",
                        l(3, 3),
                        "strides",
                        l(2, 2),
                        "pads",
                        l(1, 1, 1, 1),
                        "ceil_mode",
                        1),
                    pool(
                        pool,
                        l(2, 7, 10),
                        "kernel_shape",
                        l(3, 4),
                        "strides",
                        l(2, 3),
                        "pads",
                        l(0, 2, 2, 3)),
                    pool(
                        pool,
                        l(2, 7, 10),
                        "kernel_shape",
                        l(3, 4),
                        "strides",
                        l(3, 3),
                        "pads",
                        l(0, 1, 2, 2),
                        "ceil_mode",
                        1),
                    pool(
                        pool,
                        l(2, 7, 9),
                        "kernel_shape",
                        l(3, 2),
                        "auto_pad",
                        "SAME_UPPER",
                        "strides",
                        l(2, 2)),
                    pool(
                        pool,
                        l(2, 7, 9),
                        "kernel_shape",
                        l(4, 2),
                        "auto_pad",
                        "SAME_LOWER",
                        "strides",
                        l(2, 2)),
                    pool(pool, l(2, 7, 9), "kernel_shape", l(4, 2), "auto_pad", "VALID"),
                    pool(
                        pool,
                        l(2, 4, 5, 3),
                        "kernel_shape",
                        l(2, 3, 2),
                        "pads",
                        l(1, 0, 0, 0, 1, 1)),
                    pool(pool, l(2, 4, 5, 3), "kernel_shape", l(2, 2, 2), "strides", l(2, 2, 2))));
  }

  @ParameterizedTest
  @MethodSource
  void furtherPools(ImageCase example) throws Exception {
    Parity.check(example.model(), ROWS);
  }

  static Stream<ImageCase> furtherPools() {
    return Stream.of(
        pool("MaxPool", l(2, 9, 8), "kernel_shape", l(3, 2), "dilations", l(2, 3)),
        pool(
            "MaxPool",
            l(2, 9, 8),
            "kernel_shape",
            l(3, 2),
            "dilations",
            l(2, 3),
            "pads",
            l(2, 0, 1, 1),
            "ceil_mode",
            1,
            "strides",
            l(2, 2)),
        averages(l(2, 9), "kernel_shape", l(3), "pads", l(1, 1)),
        averages(l(2, 9), "kernel_shape", l(3), "pads", l(2, 1), "strides", l(2)),
        averages(l(2, 7, 10), "kernel_shape", l(3, 4), "pads", l(0, 2, 2, 3), "strides", l(2, 3)),
        averages(
            l(2, 7, 10),
            "kernel_shape",
            l(3, 3),
            "pads",
            l(1, 1, 1, 1),
            "strides",
            l(2, 2),
            "ceil_mode",
            1),
        averages(
            l(2, 7, 10),
            "kernel_shape",
            l(3, 4),
            "pads",
            l(0, 1, 2, 2),
            "strides",
            l(3, 3),
            "ceil_mode",
            1),
        averages(l(2, 7, 9), "kernel_shape", l(4, 2), "auto_pad", "SAME_LOWER", "strides", l(2, 2)),
        averages(l(2, 4, 5, 3), "kernel_shape", l(2, 3, 2), "pads", l(1, 1, 1, 1, 1, 1)),
        pool("GlobalAveragePool", l(3, 5)),
        pool("GlobalAveragePool", l(3, 5, 4)),
        pool("GlobalMaxPool", l(3, 5, 4)),
        pool("GlobalMaxPool", l(3, 2, 2, 3)));
  }

  /// With a bias.
  private static ImageCase conv(long[] perRow, long[] weight, Object... settings) {
    return ImageCase.of("Conv", perRow, List.of(weight, l(weight[0])), settings);
  }

  private static ImageCase transposed(long[] perRow, long[] weight, Object... settings) {
    long groups = settings[0].equals("group") ? (Integer) settings[1] : 1;
    return ImageCase.of("ConvTranspose", perRow, List.of(weight, l(weight[1] * groups)), settings);
  }

  private static ImageCase pool(String operation, long[] perRow, Object... settings) {
    return ImageCase.of(operation, perRow, List.of(), settings);
  }

  private static ImageCase averages(long[] perRow, Object... settings) {
    Object[] counted = java.util.Arrays.copyOf(settings, settings.length + 2);
    counted[settings.length] = "count_include_pad";
    counted[settings.length + 1] = 1;
    return pool("AveragePool", perRow, counted);
  }

  private static long[] l(long... values) {
    return values;
  }
}

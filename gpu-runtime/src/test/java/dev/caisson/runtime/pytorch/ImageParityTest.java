package dev.caisson.runtime.pytorch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Normalisations, resizes and pads against ONNX Runtime.
class ImageParityTest {
  private static final int ROWS = 7;

  @ParameterizedTest
  @MethodSource
  void normalisations(ImageCase example) throws Exception {
    Parity.check(example.model(), ROWS);
  }

  static Stream<ImageCase> normalisations() {
    return Stream.of(
        ImageCase.batchNormalization(l(5)),
        ImageCase.batchNormalization(l(3, 4), "epsilon", 0.01f),
        ImageCase.batchNormalization(l(3, 4, 5)),
        ImageCase.batchNormalization(l(2, 3, 2, 3), "momentum", 0.5f),
        normalised("InstanceNormalization", l(3, 6), l(3), l(3)),
        normalised("InstanceNormalization", l(3, 4, 5), l(3), l(3), "epsilon", 0.01f),
        ImageCase.of(21, "GroupNormalization", l(6, 3, 4), List.of(l(6), l(6)), "num_groups", 2),
        ImageCase.of(21, "GroupNormalization", l(4, 5), List.of(l(4), l(4)), "num_groups", 4),
        ImageCase.of(18, "GroupNormalization", l(6, 3, 4), List.of(l(2), l(2)), "num_groups", 2),
        normalised("LayerNormalization", l(4, 6), l(6), l(6)),
        normalised("LayerNormalization", l(4, 6), l(4, 6), l(4, 6), "axis", 1),
        normalised("LayerNormalization", l(4, 6), l(6), l(4, 1), "axis", 1, "epsilon", 0.01f),
        ImageCase.of("LayerNormalization", l(4, 3, 5), List.of(l(3, 5)), "axis", -2),
        ImageCase.of("LRN", l(5, 3, 2), List.of(), "size", 3),
        ImageCase.of(
            "LRN", l(6, 4, 1), List.of(), "size", 5, "alpha", 0.5f, "beta", 0.6f, "bias", 2f),
        ImageCase.of("MeanVarianceNormalization", l(3, 4, 5), List.of()),
        ImageCase.of("MeanVarianceNormalization", l(3, 7), List.of(), "axes", l(2)));
  }

  @Test
  void theFurtherOutputsOfLayerNormalisation() throws Exception {
    Parity.check(
        new Graphs()
            .mixed("in", ImageCase.FEATURES, 4, 6)
            .weight("layer.weight", 6)
            .node(
                "LayerNormalization",
                List.of("y", "mean", "inverse"),
                List.of("in", "layer.weight"))
            .node("Concat", "out", List.of("mean", "y", "inverse"), ImageCase.attributes("axis", 2))
            .model(ImageCase.FEATURES),
        ROWS);
  }

  @ParameterizedTest
  @MethodSource
  void resizes(ImageCase example) throws Exception {
    Parity.check(example.model(), ROWS);
  }

  static Stream<ImageCase> resizes() {
    Stream<ImageCase> nearest =
        Stream.of(
                "half_pixel",
                "half_pixel_symmetric",
                "pytorch_half_pixel",
                "asymmetric",
                "align_corners")
            .flatMap(
                where ->
                    Stream.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
                        .flatMap(
                            rounding ->
                                Stream.of(l(8, 10), l(12, 5), l(3, 7), l(6, 1))
                                    .map(
                                        sizes ->
                                            sized(
                                                l(2, 4, 5),
                                                sizes,
                                                "coordinate_transformation_mode",
                                                where,
                                                "nearest_mode",
                                                rounding))));
    Stream<ImageCase> smooth =
        Stream.of(
                "half_pixel",
                "half_pixel_symmetric",
                "pytorch_half_pixel",
                "asymmetric",
                "align_corners")
            .flatMap(
                where ->
                    Stream.of("linear", "cubic")
                        .flatMap(
                            mode ->
                                Stream.of(l(8, 10), l(16, 10), l(12, 5), l(3, 7), l(6, 1))
                                    .map(
                                        sizes ->
                                            sized(
                                                l(2, 4, 5),
                                                sizes,
                                                "coordinate_transformation_mode",
                                                where,
                                                "mode",
                                                mode))));
    return Stream.of(nearest, smooth, furtherResizes()).flatMap(s -> s);
  }

  static Stream<ImageCase> furtherResizes() {
    return Stream.of(
        scaled(l(2, 4, 5), new float[] {1, 1, 2, 2}, "mode", "linear"),
        scaled(l(2, 4, 5), new float[] {1, 1, 2.5f, 0.7f}, "mode", "linear"),
        scaled(l(2, 4, 5), new float[] {1, 1, 2.5f, 0.7f}, "mode", "cubic"),
        scaled(l(2, 4, 5), new float[] {1, 1, 1.3f, 3}, "mode", "cubic", "exclude_outside", 1),
        scaled(l(2, 4, 5), new float[] {1, 1, 1.5f, 2}, "mode", "cubic", "cubic_coeff_a", -0.5f),
        scaled(l(2, 4, 5), new float[] {1, 1, 2.5f, 0.7f}, "mode", "nearest"),
        scaled(l(2, 9), new float[] {1, 1, 2}, "mode", "linear"),
        scaled(
            l(2, 9),
            new float[] {1, 1, 4},
            "nearest_mode",
            "floor",
            "coordinate_transformation_mode",
            "asymmetric"),
        scaled(
            l(1, 3, 2, 4),
            new float[] {1, 1, 2, 2, 2},
            "mode",
            "nearest",
            "nearest_mode",
            "floor",
            "coordinate_transformation_mode",
            "asymmetric"),
        scaled(l(1, 3, 2, 4), new float[] {1, 1, 2, 2, 2}, "mode", "linear"),
        scaled(l(2, 4, 5), new float[] {2, 3}, "axes", l(3, 2), "mode", "linear"),
        sizedAxes(l(2, 4, 5), l(9, 7), "axes", l(2, 3), "keep_aspect_ratio_policy", "not_larger"),
        sizedAxes(
            l(2, 4, 5),
            l(9, 7),
            "axes",
            l(2, 3),
            "keep_aspect_ratio_policy",
            "not_smaller",
            "mode",
            "linear"));
  }

  @ParameterizedTest
  @MethodSource
  void pads(ImageCase example) throws Exception {
    Parity.check(example.model(), ROWS);
  }

  static Stream<ImageCase> pads() {
    return Stream.of("constant", "reflect", "edge", "wrap")
        .flatMap(
            mode ->
                Stream.of(
                    padded(mode, l(2, 6), l(0, 0, 2, 0, 0, 1)),
                    padded(mode, l(2, 5, 6), l(0, 0, 2, 3, 0, 0, 1, 4)),
                    padded(mode, l(2, 5, 6), l(0, 1, 0, 0, 0, 1, 0, 0)),
                    padded(mode, l(2, 5, 6), l(0, 0, -1, -2, 0, 0, 0, -1))));
  }

  private static ImageCase padded(String mode, long[] perRow, long[] pads) {
    Graphs graph =
        new Graphs()
            .mixed("in", ImageCase.FEATURES, perRow)
            .wholes("pads", pads)
            .scalar("value", 1.5f)
            .node(
                "Pad",
                "out",
                List.of("in", "pads", mode.equals("constant") ? "value" : ""),
                ImageCase.attributes("mode", mode));
    return new ImageCase(
        "%s %s %s".formatted(mode, Arrays.toString(perRow), Arrays.toString(pads)), graph, 19);
  }

  private static ImageCase normalised(
      String operation, long[] perRow, long[] scale, long[] bias, Object... settings) {
    return ImageCase.of(operation, perRow, List.of(scale, bias), settings);
  }

  private static ImageCase scaled(long[] perRow, float[] scales, Object... settings) {
    Graphs graph =
        new Graphs()
            .mixed("in", ImageCase.FEATURES, perRow)
            .reals("scales", scales)
            .node("Resize", "out", List.of("in", "", "scales"), ImageCase.attributes(settings));
    return new ImageCase(
        "by %s %s %s"
            .formatted(
                Arrays.toString(scales), Arrays.toString(perRow), Arrays.deepToString(settings)),
        graph,
        20);
  }

  /// To these sizes of the spatial axes; the batch and the channels as they are.
  private static ImageCase sized(long[] perRow, long[] sizes, Object... settings) {
    Graphs graph =
        new Graphs()
            .mixed("in", ImageCase.FEATURES, perRow)
            .wholes("last", sizes)
            .node("Shape", "first", List.of("in"), ImageCase.attributes("end", 2))
            .node("Concat", "sizes", List.of("first", "last"), ImageCase.attributes("axis", 0))
            .node("Resize", "out", List.of("in", "", "", "sizes"), ImageCase.attributes(settings));
    return new ImageCase(
        "to %s %s".formatted(Arrays.toString(sizes), Arrays.deepToString(settings)), graph, 19);
  }

  private static ImageCase sizedAxes(long[] perRow, long[] sizes, Object... settings) {
    Graphs graph =
        new Graphs()
            .mixed("in", ImageCase.FEATURES, perRow)
            .wholes("sizes", sizes)
            .node("Resize", "out", List.of("in", "", "", "sizes"), ImageCase.attributes(settings));
    return new ImageCase("to " + Arrays.deepToString(settings), graph, 19);
  }

  private static long[] l(long... values) {
    return values;
  }
}

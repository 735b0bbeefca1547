package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Settings of the operations on images that cannot be honoured, in words.
class ImageRefusalTest {
  private static final long[] IMAGE = {2, 5, 6};
  private static final List<long[]> NONE = List.of();

  @Test
  void theEngineLacks() {
    lacks(
        ImageCase.of("AveragePool", IMAGE, NONE, "kernel_shape", l(2, 2), "dilations", l(2, 1)),
        "averages over a dilated window");
    lacks(resize("antialias", 1, "mode", "linear"), "antialias");
    lacks(resize("coordinate_transformation_mode", "tf_crop_and_resize"), "tf_crop_and_resize");
    lacks(resize("nearest_mode", "whatever"), "nearest_mode='whatever'");
    lacks(resize("coordinate_transformation_mode", "align_corners"), "give the sizes");
  }

  @Test
  void theFileIsWrong() {
    wrong(conv(l(4, 3, 3, 3)), "does not suit");
    wrong(conv(l(4, 2, 3)), "does not suit");
    wrong(conv(l(4, 2, 7, 3)), "does not fit into dimension 2");
    wrong(conv(l(4, 2, 3, 3), "group", 3), "3 groups");
    wrong(conv(l(4, 2, 3, 3), "strides", l(0, 1)), "strides must be 2 numbers, each 1 or more");
    wrong(conv(l(4, 2, 3, 3), "pads", l(1, 1)), "pads must be 4 numbers");
    wrong(conv(l(4, 2, 3, 3), "pads", l(0, 0, 0, 1L << 40)), "at most 2^24");
    wrong(conv(l(4, 2, 3, 3), "auto_pad", "SAME"), "auto_pad='SAME'");
    wrong(
        ImageCase.of("MaxPool", IMAGE, NONE, "kernel_shape", l(2, 2), "pads", l(0, 2, 0, 0)),
        "padded by as much as the kernel reaches");
    wrong(
        ImageCase.of("GroupNormalization", IMAGE, List.of(l(2), l(2)), "num_groups", 3),
        "does not divide");
    wrong(
        ImageCase.of("ConvTranspose", IMAGE, List.of(l(2, 3, 3, 3)), "output_padding", l(1, 0)),
        "the kernel does not reach");
  }

  private static ImageCase conv(long[] weight, Object... settings) {
    return ImageCase.of("Conv", IMAGE, List.of(weight), settings);
  }

  /// 2.5 times 5 is no whole size.
  private static ImageCase resize(Object... settings) {
    Graphs graph =
        new Graphs()
            .mixed("in", ImageCase.FEATURES, IMAGE)
            .reals("scales", 1, 1, 2.5f, 2)
            .node("Resize", "out", List.of("in", "", "scales"), ImageCase.attributes(settings));
    return new ImageCase("Resize", graph, 20);
  }

  private static void lacks(ImageCase example, String words) {
    assertThatThrownBy(() -> open(example))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(words);
  }

  private static void wrong(ImageCase example, String words) {
    assertThatThrownBy(() -> open(example))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(words);
  }

  private static void open(ImageCase example) throws Exception {
    TrainingRecipe recipe = new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.1, 32);
    new PyTorchEngine().open(example.model(), recipe, EngineOptions.DEFAULT).close();
  }

  private static long[] l(long... values) {
    return values;
  }
}

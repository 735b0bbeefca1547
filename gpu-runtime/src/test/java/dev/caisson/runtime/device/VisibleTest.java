package dev.caisson.runtime.device;

import static dev.caisson.runtime.device.Pretended.h100;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VisibleTest {
  private static final List<Gpu> THREE = List.of(h100(0, 1), h100(1, 1), h100(2, 1));

  private static Visible visible(String setting) {
    return Visible.of(Map.of(Visible.VARIABLE, setting, Visible.ORDER, "PCI_BUS_ID"), THREE);
  }

  /// Ordinals of GPUs 0, 1 and 2, -1 for hidden.
  private static String ordinals(Visible visible) {
    return IntStream.range(0, 3)
        .mapToObj(i -> visible.ordinal(new Device.Cuda(i)).orElse(-1))
        .toList()
        .toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,1,2 | [0, 1, 2]",
        "2,1 | [-1, 1, 0]",
        "0,2,-1,1 | [0, -1, 1]",
        "-1 | [-1, -1, -1]",
        "GPU-000000a1 | [-1, 0, -1]",
        "GPU-000000a2-0000-0000, 0 | [1, -1, 0]",
        "GPU- | [-1, -1, -1]",
        "7 | [-1, -1, -1]",
        "1,1 | [-1, -1, -1]",
        "MIG-1234 | [-1, -1, -1]",
        "none | [-1, -1, -1]",
        "99999999999999 | [-1, -1, -1]",
        "'' | [-1, -1, -1]"
      })
  void cudasListDecidesWhatIsSeenAndInWhichOrder(String setting, String expected) {
    assertThat(ordinals(visible(setting))).isEqualTo(expected);
    assertThat(visible(setting).remark().isEmpty()).isEqualTo(setting.equals("0,1,2"));
  }

  @Test
  void withoutAListNothingIsHidden() {
    Visible visible = Visible.of(Map.of(Visible.ORDER, "PCI_BUS_ID"), THREE);
    assertThat(ordinals(visible)).isEqualTo("[0, 1, 2]");
    assertThat(visible.remark()).isEmpty();
  }

  @Test
  void severalGpusInAnUnknownOrderAreNotGuessed() {
    assertThat(ordinals(Visible.of(Map.of(), THREE))).isEqualTo("[-1, -1, -1]");
    assertThat(Visible.of(Map.of(), THREE).remark().orElse("")).contains("CUDA_DEVICE_ORDER");
    assertThat(Visible.of(Map.of(), List.of(h100(0, 1))).ordinal(new Device.Cuda(0)))
        .isEqualTo(OptionalInt.of(0));
    assertThat(ordinals(Visible.of(Map.of(Visible.VARIABLE, "GPU-000000a1"), THREE)))
        .isEqualTo("[-1, 0, -1]");
  }

  @Test
  void aHiddenGpuCannotRunAndSaysSo() {
    Host host =
        Host.look(() -> Pretended.driver(h100(0, 70)), Map.of(Visible.VARIABLE, ""), Pretended.ALL);
    assertThat(host.fitness(EngineKind.PYTORCH, new Device.Cuda(0)))
        .isEqualTo(
            new Fitness.CannotRun(
                "hidden from CUDA: CUDA_VISIBLE_DEVICES is empty and hides all GPUs"));
  }
}

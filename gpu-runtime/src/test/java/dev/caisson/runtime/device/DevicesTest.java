package dev.caisson.runtime.device;

import static dev.caisson.runtime.device.Pretended.ALL;
import static dev.caisson.runtime.device.Pretended.GIB;
import static dev.caisson.runtime.device.Pretended.driver;
import static dev.caisson.runtime.device.Pretended.gpu;
import static dev.caisson.runtime.device.Pretended.h100;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DevicesTest {
  private static final Map<String, String> BY_BUS = Map.of(Visible.ORDER, "PCI_BUS_ID");
  private static final DeviceChoice AUTO = new DeviceChoice.Auto();

  private static Devices on(Seen seen) {
    return Devices.pretended(() -> seen, BY_BUS, ALL);
  }

  private static Placement place(Devices devices, String choice, EngineKind engine)
      throws DeviceException {
    return devices.place(DeviceChoice.parse(choice), engine, Demand.exactly(GIB), "a test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "cuda:0", "cuda:10", "cuda:63"})
  void aChoiceIsSpelledAsItReads(String text) {
    assertThat(DeviceChoice.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gpu", "cuda", "cuda:", "cuda:-1", "cuda:01", "cuda:64", "CPU", "", "cuda:1\n"})
  void refusesOtherSpellingsAndNamesThese(String text) {
    assertThatThrownBy(() -> DeviceChoice.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("auto, cpu or cuda:N");
  }

  @Test
  void withoutADriverAutoIsTheProcessorAndSaysWhy() throws Exception {
    Placement place = place(on(new Seen.NoDriver("no driver here")), "auto", EngineKind.PYTORCH);
    assertThat(place.device()).isEqualTo(Device.cpu());
    assertThat(place.reason()).contains("no driver here");
    assertThat(place.gpusSeen()).isFalse();
  }

  @Test
  void aDriverWithoutADeviceIsTheProcessorToo() throws Exception {
    assertThat(place(on(driver()), "auto", EngineKind.PYTORCH).reason())
        .isEqualTo("no GPU: the NVIDIA driver has none");
  }

  @Test
  void autoTakesTheGpuWithMostFreeMemory() throws Exception {
    Devices devices = on(driver(h100(0, 20), h100(1, 70), h100(2, 70)));
    assertThat(place(devices, "auto", EngineKind.PYTORCH).device()).isEqualTo(new Device.Cuda(1));
  }

  @Test
  void autoPassesOverAGpuThatTheEngineCannotUse() throws Exception {
    Devices devices = on(driver(gpu(0, "B200", 10, 0, 80, 70), gpu(1, "Tesla T4", 7, 5, 16, 10)));
    assertThat(place(devices, "auto", EngineKind.PYTORCH).device()).isEqualTo(new Device.Cuda(1));
  }

  @Test
  void refusesNd4jOnCapabilityNineAndSaysWhatToUse() throws Exception {
    Devices devices = on(driver(h100(0, 70)));
    assertThatThrownBy(() -> place(devices, "cuda:0", EngineKind.DL4J))
        .isInstanceOf(DeviceException.class)
        .hasMessageContainingAll("3.7 to 8.9", "9.0", "use pytorch");
    Placement place = place(devices, "auto", EngineKind.DL4J);
    assertThat(place.device()).isEqualTo(Device.cpu());
    assertThat(place.reason()).contains("cuda:0: nd4j-cuda 11.6");
  }

  @Test
  void refusesAGpuThatIsNotThereAndNamesWhatIs() {
    assertThatThrownBy(() -> place(on(driver(h100(0, 70))), "cuda:7", EngineKind.PYTORCH))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cuda:7 is not there; there is cuda:0 (NVIDIA H100 80GB HBM3)");
  }

  @Test
  void aNamedGpuWithTooLittleMemoryIsAnErrorAndAutoFallsBack() throws Exception {
    Devices devices = on(driver(h100(0, 1)));
    assertThatThrownBy(() -> place(devices, "cuda:0", EngineKind.PYTORCH))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(
            "cuda:0 has 512 MiB to give, of 81,920 MiB, and 1,024 MiB are needed");
    Placement place = place(devices, "auto", EngineKind.PYTORCH);
    assertThat(place.device()).isEqualTo(Device.cpu());
    assertThat(place.gpusSeen()).isTrue();
  }

  @Test
  void aGpuThatVanishesBetweenLookAndLeaseIsSaidToBeGone() throws Exception {
    Deque<Seen> looks = new ArrayDeque<>(List.of(driver(h100(0, 70)), driver()));
    Devices devices = Devices.pretended(looks::removeFirst, BY_BUS, ALL);
    assertThatThrownBy(
            () ->
                devices.place(
                    DeviceChoice.parse("cuda:0"), EngineKind.PYTORCH, Demand.exactly(GIB), "s"))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cuda:0 is gone; there is no GPU");
    looks.addAll(List.of(driver(h100(0, 70)), driver()));
    assertThat(devices.place(AUTO, EngineKind.PYTORCH, Demand.exactly(GIB), "s").device())
        .isEqualTo(Device.cpu());
  }

  @Test
  void twoStudiesShareOneGpuAsLongAsItsMemoryLasts() throws Exception {
    Devices devices = on(driver(h100(0, 80)));
    DeviceChoice first = DeviceChoice.parse("cuda:0");
    Placement one = devices.place(first, EngineKind.PYTORCH, Demand.exactly(50 * GIB), "study one");
    assertThatThrownBy(
            () -> devices.place(first, EngineKind.PYTORCH, Demand.exactly(50 * GIB), "study two"))
        .hasMessageContaining("51,200 MiB by study one");
    try (Placement two =
        devices.place(first, EngineKind.PYTORCH, Demand.exactly(20 * GIB), "study two")) {
      assertThat(two.lease().bytes()).isEqualTo(20 * GIB);
    }
    one.close();
    one.close();
    devices.place(first, EngineKind.PYTORCH, Demand.exactly(70 * GIB), "study two").close();
  }

  @Test
  void hostileNamesReachNoTerminal() throws Exception {
    Gpu hostile = gpu(0, "\u001b[2J\u0000\n".repeat(500), 9, 0, 80, 80);
    String words = place(on(driver(hostile)), "auto", EngineKind.PYTORCH).toString();
    assertThat(words).matches("[ -~]{1,200}");
  }
}

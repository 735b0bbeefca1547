package dev.caisson.runtime.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SoleDeviceTest {
  private final SoleDevice sole = new SoleDevice();
  private final AtomicInteger prepared = new AtomicInteger();

  @Test
  void theFirstDeviceIsPreparedOnceAndKept() throws Exception {
    assertThat(sole.taken()).isEmpty();
    sole.take(new Device.Cuda(1), prepared::incrementAndGet);
    sole.take(new Device.Cuda(1), prepared::incrementAndGet);
    assertThat(prepared).hasValue(1);
    assertThat(sole.taken()).contains(new Device.Cuda(1));
  }

  @Test
  void refusesTheOtherKindNamingBothAndWhatToDo() throws Exception {
    sole.take(new Device.Cuda(0), prepared::incrementAndGet);
    assertThatThrownBy(() -> sole.take(Device.cpu(), prepared::incrementAndGet))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "in this process the dl4j engine has computed on cuda:0 since its first study, and ND4J"
                + " takes one device for a whole process, so not cpu too: start this process again,"
                + " or another, for cpu, or use pytorch");
    assertThat(prepared).hasValue(1);
  }

  @Test
  void refusesASecondCardAndACardAfterTheProcessor() throws Exception {
    sole.take(Device.cpu(), prepared::incrementAndGet);
    assertThatThrownBy(() -> sole.take(new Device.Cuda(0), prepared::incrementAndGet))
        .hasMessageContaining("computed on cpu since its first study")
        .hasMessageContaining("for cuda:0");
    SoleDevice onACard = new SoleDevice();
    onACard.take(new Device.Cuda(0), prepared::incrementAndGet);
    assertThatThrownBy(() -> onACard.take(new Device.Cuda(1), prepared::incrementAndGet))
        .hasMessageContaining("computed on cuda:0 since its first study")
        .hasMessageContaining("for cuda:1");
  }

  @Test
  void aDeviceThatCouldNotBePreparedLeavesTheOthersFree() throws Exception {
    assertThatThrownBy(
            () ->
                sole.take(
                    new Device.Cuda(0),
                    () -> {
                      throw new DeviceException("no libcudart");
                    }))
        .hasMessage("no libcudart");
    assertThat(sole.taken()).isEmpty();
    sole.take(Device.cpu(), prepared::incrementAndGet);
    assertThat(sole.taken()).contains(Device.cpu());
  }
}

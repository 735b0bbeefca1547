package dev.caisson.client.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.caisson.client.Made;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.runtime.device.ComputeCapability;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.DeviceChoice;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.Devices;
import dev.caisson.runtime.device.Gpu;
import dev.caisson.runtime.device.Natives;
import dev.caisson.runtime.device.Seen;
import dev.caisson.runtime.device.Version;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class TrainingPlaceTest {
  private static final Natives CUDA =
      new Natives(new Natives.Torch.Cu124(), Natives.Nd4j.NONE, false);
  private final FailingEngine engine = new FailingEngine();
  private final LocalStudy study = Made.study("s", Made.plan());

  private static Devices withGpu(long mebibytes) {
    Seen seen =
        new Seen.Driver(
            Optional.of(new Version("550.1")),
            Optional.empty(),
            List.of(
                new Gpu(
                    new Device.Cuda(0),
                    "GPU-1",
                    "a GPU",
                    "0:0",
                    new ComputeCapability(8, 0),
                    mebibytes << 20,
                    mebibytes << 20,
                    false)),
            List.of());
    return Devices.pretended(() -> seen, Map.of(), CUDA);
  }

  private TrainingPlace place(Devices devices, String choice) {
    return new TrainingPlace(_ -> engine, devices, DeviceChoice.parse(choice));
  }

  @Test
  void theEngineIsToldTheDeviceAndTheMemoryThatItMayUse() throws Exception {
    try (LocalTraining _ = place(withGpu(4096), "auto").open(study, 1)) {
      assertThat(engine.opened)
          .containsExactly(new EngineOptions(1, 256L << 20, new Device.Cuda(0)));
    }
  }

  /// 1,200 MiB are 512 in reserve and two studies of 256; a third fits when one is over.
  @Test
  void memoryIsHeldAsLongAsTheStudyTrains() throws Exception {
    TrainingPlace place = place(withGpu(1200), "cuda:0");
    LocalTraining first = place.open(study, 1);
    LocalTraining second = place.open(study, 1);
    assertThatThrownBy(() -> place.open(study, 1))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("256 MiB by study s, 256 MiB by study s");
    first.close();
    place.open(study, 1).close();
    second.close();
  }

  @Test
  void autoGoesToTheProcessorWhereTheGpuIsFull() throws Exception {
    try (LocalTraining _ = place(withGpu(600), "auto").open(study, 1)) {
      assertThat(engine.opened.getFirst().device()).isEqualTo(Device.cpu());
    }
  }

  @Test
  void thePlanNamesTheEngineAndTheCustodianTheDevice() throws Exception {
    List<String> asked = new ArrayList<>();
    TrainingPlace place =
        new TrainingPlace(
            name -> {
              asked.add(name);
              return Engines.named(name);
            },
            withGpu(4096),
            DeviceChoice.parse("auto"));
    LocalStudy byDl4j =
        Made.study("s", Made.plan("learning-rate: 0.1", "learning-rate: 0.1, engine: dl4j"));
    try (LocalTraining training = place.open(byDl4j, 1)) {
      assertThat(training.update(byDl4j.model().initialVector(), 1)).isNotEmpty();
    }
    assertThat(asked).containsExactly("dl4j");
  }

  @Test
  void refusesDl4jOnAGpuWithoutItsNativesThatTheCustodianInsistsOn() {
    LocalStudy byDl4j =
        Made.study("s", Made.plan("learning-rate: 0.1", "learning-rate: 0.1, engine: dl4j"));
    TrainingPlace place =
        new TrainingPlace(Engines::named, withGpu(4096), DeviceChoice.parse("cuda:0"));
    assertThatThrownBy(() -> place.open(byDl4j, 1))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(
            "no ND4J natives for CUDA here: build with -Pcuda-dl4j, or use pytorch");
  }

  /// That a batch is taken in pieces, for one: normalisation then works on other rows together.
  @Test
  void whatTheEngineNoticesIsInTheSitesLog() throws Exception {
    ListAppender<ILoggingEvent> seen = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(LocalTraining.class);
    seen.start();
    logger.addAppender(seen);
    try (LocalTraining training = place(withGpu(4096), "cuda:0").open(study, 1)) {
      training.update(study.model().initialVector(), 1);
    } finally {
      logger.detachAppender(seen);
    }
    assertThat(seen.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("study 's': a batch of 16 rows is taken in pieces of 8");
  }

  @Test
  void aLostDeviceIsAFailedRoundAndTheNextOneTriesAgain() throws Exception {
    try (LocalTraining training = place(withGpu(4096), "cuda:0").open(study, 1)) {
      float[] state = study.model().initialVector();
      engine.lost = true;
      assertThatThrownBy(() -> training.update(state, 1))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("fallen off the bus");
      engine.lost = false;
      assertThat(training.update(state, 1)).hasSameSizeAs(state);
    }
  }

  @Test
  void aModelThatDoesNotOpenGivesItsMemoryBack() throws Exception {
    Devices devices = withGpu(800);
    TrainingPlace place = place(devices, "cuda:0");
    for (int i = 0; i < 3; i++) {
      engine.refuses = true;
      assertThatThrownBy(() -> place.open(study, 1)).isInstanceOf(InvalidModelException.class);
    }
    engine.refuses = false;
    place.open(study, 1).close();
  }
}

package dev.caisson.client.training;

import dev.caisson.client.study.LocalStudy;
import dev.caisson.runtime.device.Demand;
import dev.caisson.runtime.device.DeviceChoice;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.Devices;
import dev.caisson.runtime.device.EngineKind;
import dev.caisson.runtime.device.Placement;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.MemoryNeed;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens studies' trainers where the custodian wants them: each on a device, with memory leased
/// there as long as the trainer is open. Studies on one device take turns ([DeviceTurns]).
public final class TrainingPlace {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingPlace.class);

  private final Function<String, Engine> engines;
  private final Devices devices;
  private final DeviceChoice choice;
  private final DeviceTurns turns = new DeviceTurns();

  /// @param engines the engine of the name that a plan gives
  public TrainingPlace(Function<String, Engine> engines, Devices devices, DeviceChoice choice) {
    this.engines = engines;
    this.devices = devices;
    this.choice = choice;
  }

  /// @throws DeviceException when the device that the custodian named cannot serve
  public LocalTraining open(LocalStudy study, int threads)
      throws DeviceException, InvalidModelException, UnsupportedModelException {
    Engine engine = engines.apply(study.plan().training().engine().key());
    EngineKind kind =
        EngineKind.ofLabel(engine.name())
            .orElseThrow(
                () -> new IllegalStateException("EngineKind does not know " + engine.name()));
    Demand need = MemoryNeed.of(kind, study.model(), Recipes.of(study.plan()));
    Placement place = devices.place(choice, kind, need, "study " + study.study());
    boolean opened = false;
    try {
      LocalTraining training =
          new LocalTraining(
              study,
              engine,
              EngineOptions.at(place, threads),
              turns.of(place.device()),
              place::close);
      LOG.info("study '{}' computes on {}", study.study(), place);
      opened = true;
      return training;
    } finally {
      if (!opened) {
        place.close();
      }
    }
  }
}

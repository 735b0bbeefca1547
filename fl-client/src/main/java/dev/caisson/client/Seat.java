package dev.caisson.client;

import dev.caisson.client.round.SiteRoundRunner;
import dev.caisson.client.round.States;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.client.training.TrainingPlace;
import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.EngineUnavailableException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An admitted study with all that its rounds need at this site: the plan as it was signed, and an
/// engine that holds the model on a device until this is closed.
record Seat(SignedPlan plan, LocalStudy study, LocalTraining training, States states)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Seat.class);

  /// The study cannot be computed here; the message is for its researcher, and tells nothing about
  /// the host. The custodian's log and ledger say more.
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /// Opens the engine.
  ///
  /// @param features how many numbers a person is at this site
  static Seat take(
      SignedPlan plan,
      LocalStudy local,
      SiteRoundRunner.Site site,
      TrainingPlace place,
      int features)
      throws IOException, RefusedException {
    String study = local.study();
    States states;
    try {
      states = States.beside(site.ledger(), local);
    } catch (IOException e) {
      LOG.warn("study '{}': {}", study, e.getMessage());
      throw new RefusedException(
          "this site cannot read what it keeps of the plan; its custodian's log says why");
    }
    try {
      LocalTraining training = place.open(local, site.threads());
      if (training.features() != features || training.outputs() != 1) {
        String reason =
            "the model takes %d inputs and gives %d outputs; this dataset has %d features and one label"
                .formatted(training.features(), training.outputs(), features);
        training.close();
        throw new RefusedException(reason);
      }
      return new Seat(plan, local, training, states);
    } catch (EngineUnavailableException e) {
      LOG.warn("study '{}': {}", study, e.getMessage());
      site.ledger().note(study, "no engine", String.valueOf(e.getMessage()));
      throw new RefusedException(
          "the plan's engine cannot compute at this site; its custodian's log says why");
    } catch (InvalidModelException | UnsupportedModelException e) {
      throw new RefusedException("the model cannot be trained here: " + e.getMessage());
    } catch (DeviceException e) {
      // Which hardware a custodian has is nobody's business outside.
      LOG.warn("study '{}': {}", study, e.getMessage());
      site.ledger().note(study, "no device", String.valueOf(e.getMessage()));
      throw new RefusedException(
          "this site has no device to train on; its custodian's log says why");
    } catch (RuntimeException | LinkageError | OutOfMemoryError | InternalError e) {
      // Else the study's thread ends, and the coordinator waits for an answer that never comes.
      LOG.error("study '{}': the engine failed", study, e);
      site.ledger().note(study, "failed", String.valueOf(e.getMessage()));
      throw new RefusedException("the engine failed at this site; its custodian's log says why");
    }
  }

  @Override
  public void close() {
    try {
      states.forget();
    } catch (IOException e) {
      LOG.warn(
          "study '{}': files are left in the site's scratch: {}", study.study(), e.getMessage());
    } finally {
      training.close();
    }
  }

  @Override
  public String toString() {
    return "Seat[" + study.study() + "]";
  }
}

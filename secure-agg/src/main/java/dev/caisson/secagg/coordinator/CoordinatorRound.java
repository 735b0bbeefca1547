package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.trust.Roster;

/// The way into a round for the coordinator.
public final class CoordinatorRound {
  private CoordinatorRound() {}

  /// Opens a round for a manifest that was signed and handed to the cohort. The roster gives the
  /// keys that sites' messages are checked against, so that a bad message names its sender.
  public static CollectingKeys open(RoundManifest manifest, Roster roster, UploadStore uploads) {
    return new CollectingKeys(new Roll(manifest, roster), uploads);
  }
}

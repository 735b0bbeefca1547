package dev.caisson.protocol.study;

import dev.caisson.protocol.strategy.FedAvg;
import dev.caisson.protocol.strategy.Strategy;
import java.util.Optional;

/// How a study learns.
///
/// @param personal which parameters stay at each site, in no sum and in no state
/// @param warmStart the released model that the study starts from
public record MethodPlan(Strategy strategy, PersonalPart personal, Optional<WarmStart> warmStart) {
  /// Federated averaging of the whole model.
  public static final MethodPlan USUAL =
      new MethodPlan(new FedAvg(), PersonalPart.NONE, Optional.empty());
}

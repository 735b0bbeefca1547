package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Signed;
import java.util.Optional;

/// What came of a phase's one step.
public sealed interface Step<P extends SitePhase> {
  /// On to `phase`, after sending `outgoing`, if any.
  record Next<P extends SitePhase>(P phase, Optional<Message> outgoing) implements Step<P> {}

  /// The site leaves the round, having revealed nothing that earlier steps did not; where it can
  /// name a site, `complaint` tells the coordinator.
  record Refused<P extends SitePhase>(Fault fault, Optional<Signed<ComplaintStatement>> complaint)
      implements Step<P> {}

  static <P extends SitePhase> Step<P> next(P phase) {
    return new Next<>(phase, Optional.empty());
  }

  static <P extends SitePhase> Step<P> next(P phase, Message outgoing) {
    return new Next<>(phase, Optional.of(outgoing));
  }

  static <P extends SitePhase> Step<P> refused(Fault fault) {
    return new Refused<>(fault, Optional.empty());
  }
}

package dev.caisson.secagg.site;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Signed;
import java.util.Optional;

/// What came of a phase's one step. Where there is an entry, the caller asks the journal for its
/// objection, writes it down durably, and only then sends anything; where the journal objects, it
/// closes the phase and the round is over for this site.
public sealed interface Step<P extends SitePhase> {
  /// On to `phase`, after remembering `entry` and sending `outgoing`.
  record Next<P extends SitePhase>(
      P phase, Optional<JournalEntry> entry, Optional<Message> outgoing) implements Step<P> {}

  /// The site leaves the round, having revealed nothing that earlier steps did not; where it can
  /// name a site, `complaint` tells the coordinator.
  record Refused<P extends SitePhase>(
      Fault fault, Optional<JournalEntry> entry, Optional<Signed<ComplaintStatement>> complaint)
      implements Step<P> {}

  static <P extends SitePhase> Step<P> next(P phase) {
    return new Next<>(phase, Optional.empty(), Optional.empty());
  }

  static <P extends SitePhase> Step<P> next(P phase, JournalEntry entry, Message outgoing) {
    return new Next<>(phase, Optional.of(entry), Optional.of(outgoing));
  }

  static <P extends SitePhase> Step<P> refused(Fault fault) {
    return new Refused<>(fault, Optional.empty(), Optional.empty());
  }

  static <P extends SitePhase> Step<P> refused(Fault fault, JournalEntry entry) {
    return new Refused<>(fault, Optional.of(entry), Optional.empty());
  }
}

package dev.caisson.secagg.coordinator;

import java.util.Set;

/// Where the coordinator is in a round: collecting one kind of message from each awaited site. Site
/// names come from the transport, which must have authenticated them. `close()` consumes the phase.
/// One thread at a time.
public sealed interface CoordinatorPhase
    permits CollectingKeys,
        CollectingShares,
        CollectingUploads,
        CollectingConsents,
        CollectingAnswers,
        CollectingTags {
  /// Takes a site's message of this phase. A rejected one leaves the phase as it was and is
  /// recorded against the site; the same bytes again are accepted and change nothing.
  Receipt accept(String site, byte[] message);

  /// Declares a site gone: it is not waited for, and nothing more is taken from it in this round.
  /// What it delivered in full counts as the protocol says.
  void drop(String site);

  /// Whether every site that was not dropped has delivered.
  boolean isComplete();

  /// Who is still waited for.
  Set<String> awaited();
}

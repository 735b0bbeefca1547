/// The coordinator's side of a round: one class per phase. It relays, sums masked uploads, names
/// culprits and recovers from dropouts; it holds no secret of its own. Read [CoordinatorRound],
/// then the phases in order: [CollectingKeys], [CollectingShares], [CollectingUploads],
/// [CollectingConsents], [CollectingAnswers], and [CollectingTags] where sites check the sum.
@NullMarked
package dev.caisson.secagg.coordinator;

import org.jspecify.annotations.NullMarked;

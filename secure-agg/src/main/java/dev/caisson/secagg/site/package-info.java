/// A site's side of a round: one class per phase, consumed by handling its message. Everything that
/// a site must check before it signs or reveals anything is here. Read [SiteRound], then the phases
/// in order: [AwaitingKeys], [AwaitingShares], [Masking], [Uploading], [AwaitingConsents],
/// [Finished].
@NullMarked
package dev.caisson.secagg.site;

import org.jspecify.annotations.NullMarked;

/// This site's part in one aggregation: checks the manifest against the plan and the ledger, feeds
/// the pure state machine of `dev.caisson.secagg.site`, and trains or audits when the vector is
/// due. Read [SiteRoundRunner].
@NullMarked
package dev.caisson.client.round;

import org.jspecify.annotations.NullMarked;

/// The site agent: it dials out, shows every study to its custodian's policy, trains where the data
/// is, and lets nothing out but masked vectors and signed control messages. Sub-packages: `study`
/// (policy and what is loaded for a study), `training`, `audit`, `round` (its part in an
/// aggregation), `ledger` (what left the site), `grpc` (the wire). Read [SiteAgent].
@NullMarked
package dev.caisson.client;

import org.jspecify.annotations.NullMarked;

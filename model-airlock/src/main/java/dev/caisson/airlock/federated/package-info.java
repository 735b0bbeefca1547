/// The audit of a model whose rows never leave their sites: a plan fixed in advance, integer
/// evidence that each site computes for itself, and the figures that follow from the exact sums. No
/// site is named and no site has figures of its own here. Read [FederatedAuditPlan],
/// [SiteEvidence], then [FederatedEvidence].
@NullMarked
package dev.caisson.airlock.federated;

import org.jspecify.annotations.NullMarked;

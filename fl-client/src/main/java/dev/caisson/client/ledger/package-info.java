/// The egress ledger: what left this site, when, for which study, and what it must not answer
/// again. Read [EgressLedger].
@NullMarked
package dev.caisson.client.ledger;

import org.jspecify.annotations.NullMarked;

/// The egress ledger: what left this site, when, for which study, and what it must not answer
/// again; permits by which its custodian lets it; and the rounds in it for people. Read
/// [EgressLedger].
@NullMarked
package dev.caisson.client.ledger;

import org.jspecify.annotations.NullMarked;

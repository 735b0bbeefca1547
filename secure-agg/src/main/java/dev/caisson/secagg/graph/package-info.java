/// Sparse graphs for cohorts of thousands: how many neighbours a site draws, how many of their
/// shares open its masks, what that guarantees, and the private draw itself. Pure numbers and
/// chance: no keys, no messages. Read [GraphParameters], then [OpenedSums], whose bound the
/// argument in `docs/protocol/secure-aggregation.md` rests on, then [GraphPolicy].
@NullMarked
package dev.caisson.secagg.graph;

import org.jspecify.annotations.NullMarked;

/// Shamir sharing over a prime field. Knows nothing of who holds which share. Read [Shamir] first.
@NullMarked
package dev.caisson.secagg.sharing;

import org.jspecify.annotations.NullMarked;

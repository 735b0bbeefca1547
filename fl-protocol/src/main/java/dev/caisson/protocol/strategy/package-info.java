/// From a round's sum to the next state. Coordinator and sites compute the same step, bit for bit,
/// so that a site can tell whether a state follows from the sum. Read [FederatedAveraging].
@NullMarked
package dev.caisson.protocol.strategy;

import org.jspecify.annotations.NullMarked;

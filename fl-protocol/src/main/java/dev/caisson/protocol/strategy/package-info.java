/// From a round's sums to the next state, by the strategy that a plan names. Coordinator and sites
/// compute the same step, bit for bit, so that a site can tell whether a state follows from the
/// sum; nothing here needs a whole state in memory. What sites do with a strategy's local terms is
/// fl-client's and the engines' part. Read [Strategy], then [StateStep].
@NullMarked
package dev.caisson.protocol.strategy;

import org.jspecify.annotations.NullMarked;

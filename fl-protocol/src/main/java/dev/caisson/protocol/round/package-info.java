/// Which vector a round sums and under which weights, derived from the plan alone. Coordinator and
/// sites both derive it here, so a site can refuse a manifest that asks for anything else. Read
/// [RoundVectors].
@NullMarked
package dev.caisson.protocol.round;

import org.jspecify.annotations.NullMarked;

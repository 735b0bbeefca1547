/// One aggregation: feeds what sites send to the pure state machines of `dev.caisson.secagg` and
/// sends their answers out, until there is a sum or a reason. Read [RoundDriver].
@NullMarked
package dev.caisson.server.round;

import org.jspecify.annotations.NullMarked;

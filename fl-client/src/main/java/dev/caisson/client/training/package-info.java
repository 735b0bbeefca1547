/// What a site computes on its own persons in a round: the clipped update, and metrics on the
/// persons it holds out. Read [LocalTraining].
@NullMarked
package dev.caisson.client.training;

import org.jspecify.annotations.NullMarked;

/// People deciding: the states of a review, signed decisions and the rules that no one can skip.
/// Pure: no clock, no files, no network; a step either moves or is refused by a named rule. Read
/// [Review], then [Rule].
@NullMarked
package dev.caisson.airlock.review;

import org.jspecify.annotations.NullMarked;

/// Other Caisson processes that this one starts, watches and ends: each with its own heap, log and
/// temporary directory, and none that outlives its parent. What a process does is its command's
/// business. Read [Children] for the parent's side and [Lifeline] with [Ready] for the child's.
@NullMarked
package dev.caisson.cli.process;

import org.jspecify.annotations.NullMarked;

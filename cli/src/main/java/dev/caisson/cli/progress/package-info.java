/// What a person watches while a command works: one redrawn line on a terminal, plain lines in a
/// file or a pipe, and small tables of results. What is measured comes from the caller as text.
/// Read [Progress].
@NullMarked
package dev.caisson.cli.progress;

import org.jspecify.annotations.NullMarked;

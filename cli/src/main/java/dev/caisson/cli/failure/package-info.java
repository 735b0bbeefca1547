/// How a failure is told: the exception that commands throw when they know the whole sentence, and
/// the words for every other one. Exit codes and printing are the parent package's business. Read
/// [CommandFailure].
@NullMarked
package dev.caisson.cli.failure;

import org.jspecify.annotations.NullMarked;

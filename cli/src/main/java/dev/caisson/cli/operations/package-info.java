/// What an operator does to a home of any kind: see whether its process runs, keep a copy, put one
/// back. Read [StatusCommand].
@NullMarked
package dev.caisson.cli.operations;

import org.jspecify.annotations.NullMarked;

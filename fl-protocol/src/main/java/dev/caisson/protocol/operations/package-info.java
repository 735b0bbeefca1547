/// What an operator sees of a process that stays: whether it is alive and ready, what it counts,
/// and that no second one runs on its home. Nothing here holds a row, a key or a study's name. Read
/// [Operations].
@NullMarked
package dev.caisson.protocol.operations;

import org.jspecify.annotations.NullMarked;

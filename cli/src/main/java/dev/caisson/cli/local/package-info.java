/// A researcher's own desk: make a model, look at it, train it on one table with the trainer that
/// sites use, score a table with it. Nothing here talks to anybody. A command parses and tells; the
/// table, the label's coding, the loop over epochs and the note beside a trained file have a class
/// each. Read [TrainCommand] first, then [Fitting].
@NullMarked
package dev.caisson.cli.local;

import org.jspecify.annotations.NullMarked;

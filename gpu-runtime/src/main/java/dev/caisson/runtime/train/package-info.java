/// What training is, whichever engine does it: the recipe, the rows, the report, and the small
/// interface that an engine implements. No engine's types here. Read [Trainer] first, then
/// [TrainingRecipe]. To add an engine, implement [Engine] in a package of its own.
@NullMarked
package dev.caisson.runtime.train;

import org.jspecify.annotations.NullMarked;

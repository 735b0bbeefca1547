/// Which engines there are, by the names that plans and commands use. Nothing native is loaded
/// until an engine opens a model. Read [Engines].
@NullMarked
package dev.caisson.runtime.engine;

import org.jspecify.annotations.NullMarked;

/// What is known of a graph before it runs: the type and shape of every value, exact but for the
/// number of rows in a batch, and the whole numbers that exporters compute from shapes. Belongs to
/// no engine and touches no native library. Read [Shapes], then [Dim].
///
/// To add an operation, write its rule in the file of its group (`...Rules`); an engine needs the
/// operation too.
@NullMarked
package dev.caisson.runtime.shape;

import org.jspecify.annotations.NullMarked;

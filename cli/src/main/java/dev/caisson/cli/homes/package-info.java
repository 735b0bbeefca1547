/// Homes of a federation's members that are all made on one machine, for the demo and for
/// measurements. In a real federation each home is on another machine and its keys are made there.
/// Read [Homes].
@NullMarked
package dev.caisson.cli.homes;

import org.jspecify.annotations.NullMarked;

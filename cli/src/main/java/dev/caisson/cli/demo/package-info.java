/// `caisson demo`: a federation on this machine, with real processes, keys and persons' data. It
/// plays every person and says so; what the processes may do to each other is as in any federation.
/// Read [DemoCommand], then [Federation] and [Comparison].
@NullMarked
package dev.caisson.cli.demo;

import org.jspecify.annotations.NullMarked;

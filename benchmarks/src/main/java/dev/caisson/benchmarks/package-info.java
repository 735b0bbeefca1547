/// What single parts cost, measured by JMH beside the least that they could cost. Whole systems are
/// measured by `caisson bench`. Read [dev.caisson.benchmarks.MaskCore] first.
@NullMarked
package dev.caisson.benchmarks;

import org.jspecify.annotations.NullMarked;

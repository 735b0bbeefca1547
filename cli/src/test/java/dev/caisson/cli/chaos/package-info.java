/// A coordinator and sites as real processes on a bad day: killed, cut off, slowed down, short of
/// disk, with wrong clocks. Faults come from a seed and are bound to what has happened
/// ([Schedule]); what must hold afterwards is in [Findings], compared with a plain [Simulation].
/// Read [ChaosIT]. Training is a toy ([ToyEngine]), so that a site starts in a second; everything
/// else is what users run.
@NullMarked
package dev.caisson.cli.chaos;

import org.jspecify.annotations.NullMarked;

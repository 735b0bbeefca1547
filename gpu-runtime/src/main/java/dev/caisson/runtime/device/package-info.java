/// What computes: the host's processor and its GPUs, and which engine can run on which of them.
/// What NVIDIA's library says becomes a [Seen]; with the natives at hand and the GPUs that CUDA is
/// allowed to see it is a [Host], which knows each engine's [Fitness]. [Devices] chooses among them
/// and leases memory ([MemoryLeases]).
///
/// Knows nothing of models, and loads no engine. Read [dev.caisson.runtime.device.Devices] first.
@NullMarked
package dev.caisson.runtime.device;

import org.jspecify.annotations.NullMarked;

/// What computes: the host's processor and its GPUs, and which engine can run on which of them.
/// Knows nothing of models. Read [dev.caisson.runtime.device.Device] first.
@NullMarked
package dev.caisson.runtime.device;

import org.jspecify.annotations.NullMarked;

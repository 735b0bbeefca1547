/// The opened sum: residues without their masks, what they mean, and the bytes by which the
/// coordinator shows a sum to the sites. Read [Aggregate].
@NullMarked
package dev.caisson.secagg.aggregate;

import org.jspecify.annotations.NullMarked;

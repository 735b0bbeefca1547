/// Masks: AES-256-CTR key streams added to lanes of residues modulo 2^b, chunk by chunk, and the
/// packing of lanes into the bytes that travel. Knows nothing of who agreed on a key. Read [Lanes]
/// first.
@NullMarked
package dev.caisson.secagg.masking;

import org.jspecify.annotations.NullMarked;

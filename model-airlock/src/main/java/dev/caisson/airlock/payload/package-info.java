/// Bytes hidden in weights: what of it statistics can see ([WeightPayload], to read first), and
/// what takes away some of the room for it: canonical bytes and fresh low bits ([Sanitiser]).
/// Whether a *file* has room outside its weights is `scan`.
@NullMarked
package dev.caisson.airlock.payload;

import org.jspecify.annotations.NullMarked;

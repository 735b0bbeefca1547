/// What sites and coordinator say to each other: signed statements over the canonical encoding, the
/// lists that the coordinator relays, and the transcript digests D1, D2, D3 that bind them.
/// Decoders bound every length before allocating and refuse leftovers. Read [Message], then
/// [Statement].
@NullMarked
package dev.caisson.secagg.message;

import org.jspecify.annotations.NullMarked;

/// Secret bytes that are wiped, and the key derivation (HKDF) that every other secret comes from.
/// Knows nothing of rounds. Read [Secret] first.
@NullMarked
package dev.caisson.secagg.secret;

import org.jspecify.annotations.NullMarked;

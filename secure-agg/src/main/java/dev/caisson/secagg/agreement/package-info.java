/// How two sites come to a shared secret: X25519 and ML-KEM-768 together, so that it stays secret
/// while either holds. Two key sets per site and round: *mask* keys, derived from a root that may
/// be rebuilt when the site drops out, and *transport* keys that are never shared, so that such a
/// rebuilding opens nobody's envelopes. Read [HybridKeys], then [MaskKeys].
@NullMarked
package dev.caisson.secagg.agreement;

import org.jspecify.annotations.NullMarked;

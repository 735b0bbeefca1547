/// Content kept by its digest: model files and state vectors. A blob is written once, checked when
/// it is read, and never changes.
@NullMarked
package dev.caisson.protocol.blob;

import org.jspecify.annotations.NullMarked;

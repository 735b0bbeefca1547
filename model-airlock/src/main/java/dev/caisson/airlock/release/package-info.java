/// The only way out: a folder of files with one doubly signed statement over all of them, and its
/// verifier, which needs nothing but the folder. Read [ReleaseBundle], then [BundleVerifier].
@NullMarked
package dev.caisson.airlock.release;

import org.jspecify.annotations.NullMarked;

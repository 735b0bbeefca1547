/// What may be believed, and why: digests, signing identities, Merkle trees and the one canonical
/// byte encoding that everything signed goes through; and how a secret's file is made
/// ([WholeFile]). JDK only, so that every other module can rest on it. Nothing here knows of
/// studies, networks or models. Read [Digest], then [Identity].
@NullMarked
package dev.caisson.trust;

import org.jspecify.annotations.NullMarked;

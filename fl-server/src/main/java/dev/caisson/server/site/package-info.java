/// Which sites are connected, and what they say, as values: the wire stays in `grpc`. Read
/// [SiteDirectory].
@NullMarked
package dev.caisson.server.site;

import org.jspecify.annotations.NullMarked;

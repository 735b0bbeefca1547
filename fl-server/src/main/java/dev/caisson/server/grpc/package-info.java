/// The coordinator's wire: translates protobuf to the events and values of `site` and `study` and
/// back, bounds what comes in, and decides nothing. Read [SitesEndpoint].
@NullMarked
package dev.caisson.server.grpc;

import org.jspecify.annotations.NullMarked;

/// The wire: servers and channels (mutual TLS 1.3, nothing else), who may call what, and transfers
/// of content in bounded pieces. Protobuf classes of `dev.caisson.protocol.wire` are translated to
/// and from domain values in this package and in the `grpc` packages of server, client and airlock
/// service, nowhere else. Read [AccessRules] for the roles.
@NullMarked
package dev.caisson.protocol.grpc;

import org.jspecify.annotations.NullMarked;

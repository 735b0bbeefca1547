/// How a key made at home gets its certificate: the token that a person is handed, what is sent and
/// signed, the pinned authority, and renewal. The deciding half is at the coordinator
/// (`dev.caisson.server.member`). Read [Token], then [Enroller].
@NullMarked
package dev.caisson.protocol.enrol;

import org.jspecify.annotations.NullMarked;

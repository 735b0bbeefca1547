/// Who may open a connection: roles, the federation's certificate authority and the key files that
/// a process keeps at home. TLS keys (P-256) only carry connections; what people rely on is signed
/// by `dev.caisson.trust.IdentityKey`, which lives in the same folder. Read [Role], then
/// [KeyFiles].
@NullMarked
package dev.caisson.protocol.tls;

import org.jspecify.annotations.NullMarked;

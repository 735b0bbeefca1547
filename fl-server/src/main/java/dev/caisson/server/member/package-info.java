/// Who belongs to the federation: tokens, members, their certificates, and who was revoked, in the
/// coordinator's database. The coordinator is the federation's authority for certificates; it is
/// not for signatures, which sites trust by the rosters that their custodians compared. Read
/// [Members].
@NullMarked
package dev.caisson.server.member;

import org.jspecify.annotations.NullMarked;

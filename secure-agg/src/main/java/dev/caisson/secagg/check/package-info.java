/// The custodian's check of a sum: whether what a coordinator publishes is the sum of the uploads
/// that sites signed. Works on masked uploads, so it needs no secret. Not here: the messages (see
/// `message`), and the coordinator's side, `CollectingTags`. Read [SumVerifier], then
/// docs/protocol/secure-aggregation.md, which has the argument.
@NullMarked
package dev.caisson.secagg.check;

import org.jspecify.annotations.NullMarked;

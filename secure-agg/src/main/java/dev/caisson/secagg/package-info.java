/// What a round of secure aggregation is about: the signed manifest, the vector that is summed, how
/// sites weigh in, the policy a site holds against its coordinator, and faults that name a party
/// and a rule. The protocol itself lives in `site` and `coordinator`, as pure state machines: no
/// input or output, no clock, no randomness of their own. Read [RoundManifest], then [SitePolicy].
@NullMarked
package dev.caisson.secagg;

import org.jspecify.annotations.NullMarked;

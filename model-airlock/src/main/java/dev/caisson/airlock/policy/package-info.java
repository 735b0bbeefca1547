/// The written rules by which a model may leave, and what they say about one model: the policy file
/// with a source for every number ([Policy], [Limit]), who signed it ([SignedPolicy],
/// [AssessorHome]), and the verdict ([PolicyRuling]). No attack is run and no figure computed here;
/// how people decide is `review`'s business. Read `default-policy.yaml`, then [PolicyRuling].
@NullMarked
package dev.caisson.airlock.policy;

import org.jspecify.annotations.NullMarked;

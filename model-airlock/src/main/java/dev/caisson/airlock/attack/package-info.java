/// What an attacker with the model and one record can tell about membership: the per-record signals
/// and the attacks built on them, one file per attack behind [Attack]. No statistics over people
/// here (see `statistics`) and nothing that needs training. Read [Predictions], then [LossAttack].
@NullMarked
package dev.caisson.airlock.attack;

import org.jspecify.annotations.NullMarked;

/// What an attacker with the model and records can tell about membership: the signals, what the
/// attacker has ([Exhibit]), and the attacks, one file each behind [Attack]. An attack turns an
/// exhibit into [dev.caisson.airlock.statistics.Trial]s, scores per person; no statistics over
/// people here (see `statistics`), and no training of models like the one attacked. Read
/// [Predictions], [Exhibit], then [LossAttack] and [QuantileAttack].
@NullMarked
package dev.caisson.airlock.attack;

import org.jspecify.annotations.NullMarked;

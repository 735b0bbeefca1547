/// What numbers from few people can carry: exact and rank statistics with their intervals, tests
/// and power. Pure functions of counts and scores; knows nothing of models or sites. Each class
/// states its formula and where it comes from. Read [RankSum], then [Trial] and [Figures].
@NullMarked
package dev.caisson.airlock.statistics;

import org.jspecify.annotations.NullMarked;

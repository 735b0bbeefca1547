/// The coordinator: studies, cohorts, rounds and their sums. It handles masked vectors and their
/// totals only; there is no engine on its class path and no call in it that hands weights to a
/// researcher. Sub-packages: `study` (the life of a study), `round` (one aggregation), `site` (who
/// is connected), `grpc` (the wire). Read [Coordinator], then `study.StudyRunner`.
@NullMarked
package dev.caisson.server;

import org.jspecify.annotations.NullMarked;

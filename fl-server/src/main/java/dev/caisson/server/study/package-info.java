/// The life of a study: submitted, agreed with its sites, trained round by round, audited, done.
/// One thread per study ([StudyRunner]) owns its state; watchers see it through [StudyLog].
@NullMarked
package dev.caisson.server.study;

import org.jspecify.annotations.NullMarked;

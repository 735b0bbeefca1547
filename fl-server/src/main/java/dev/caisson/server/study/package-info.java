/// The life of a study: submitted, agreed with its sites, trained round by round, audited, done.
/// One thread per study ([StudyRunner]) moves it on; what it is lies in the database, of which each
/// `...Table` class is one subject, and changes through [StudyLog] only. Read [StudyRunner], then
/// [Summing].
@NullMarked
package dev.caisson.server.study;

import org.jspecify.annotations.NullMarked;

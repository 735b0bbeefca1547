/// What a site must remember over rounds, restarts and restored backups, and the rules that only
/// such a memory can enforce: each manifest is begun once, one consent and one answer to each, no
/// second sum over a state unless it is the same sum, one next state for one sum. Values and rules
/// only; keeping entries on disk is the caller's. Read [Journal], then [JournalEntry].
@NullMarked
package dev.caisson.secagg.journal;

import org.jspecify.annotations.NullMarked;

/// Logs of Caisson's processes: warnings on stderr for a command, a file of its own for a process
/// that stays. Configured in code, so that nothing is printed about the configuration itself, and
/// only when something first logs. What a person is told is not a log: commands print that. Read
/// [Logging].
@NullMarked
package dev.caisson.cli.log;

import org.jspecify.annotations.NullMarked;

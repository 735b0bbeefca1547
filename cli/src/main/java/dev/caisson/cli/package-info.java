/// The `caisson` command: one class per subcommand, named for it, and what they share at the edge
/// of the process: arguments in, exit code out, failures in words. The work itself lives in the
/// other modules; starting processes, confining them, logs and progress have packages of their own
/// below. Read [Main] first.
@NullMarked
package dev.caisson.cli;

import org.jspecify.annotations.NullMarked;

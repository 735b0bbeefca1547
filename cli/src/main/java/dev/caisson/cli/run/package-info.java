/// The commands that start a process and stay: `coordinator run`, `site run`, `airlock serve`.
@NullMarked
package dev.caisson.cli.run;

import org.jspecify.annotations.NullMarked;

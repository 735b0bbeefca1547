/// How a command answers whoever called it: words for a person or, with `--json`, one JSON object
/// for a program. What is shown meanwhile is `progress`; failures are `ErrorReport`'s. Read
/// [Answer].
@NullMarked
package dev.caisson.cli.answer;

import org.jspecify.annotations.NullMarked;

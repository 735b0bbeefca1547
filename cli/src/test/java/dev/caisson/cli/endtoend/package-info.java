/// The whole of Caisson as its users run it: `./caisson` in processes of its own, judged by what it
/// prints, what it leaves on disk and which processes remain. Nothing here looks inside a class to
/// see how. Read [Caisson], which starts and ends commands, then [DemoIT].
@NullMarked
package dev.caisson.cli.endtoend;

import org.jspecify.annotations.NullMarked;

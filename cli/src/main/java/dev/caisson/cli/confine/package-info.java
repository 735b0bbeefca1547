/// Keeps a process out of every directory that is not its own, by the kernel (Linux Landlock), even
/// where all processes run as one user. It does not restrict the network. Read [Confinement].
@NullMarked
package dev.caisson.cli.confine;

import org.jspecify.annotations.NullMarked;

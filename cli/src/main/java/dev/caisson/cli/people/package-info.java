/// A person's place in a federation: the folder with their keys and the addresses of coordinator
/// and airlock. Read [Desk].
@NullMarked
package dev.caisson.cli.people;

import org.jspecify.annotations.NullMarked;

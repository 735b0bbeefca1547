/// The coordinator's database: one SQLite file in its home, its schema and how it changes. What is
/// kept there of a study or a member is read and written by the package whose subject it is. Read
/// [CoordinatorDatabase].
@NullMarked
package dev.caisson.server.store;

import org.jspecify.annotations.NullMarked;

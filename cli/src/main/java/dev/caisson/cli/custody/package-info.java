/// What a custodian asks and decides at their site: the rounds in its ledger in words, and the two
/// permits by which a site does what its journal forbids. Nothing here talks to anybody. Read
/// [RoundsCommand].
@NullMarked
package dev.caisson.cli.custody;

import org.jspecify.annotations.NullMarked;

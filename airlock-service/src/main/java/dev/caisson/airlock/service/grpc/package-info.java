/// The airlock's wire: as a client of the coordinator ([CoordinatorSource]) and as a server for
/// reviewers and those who fetch releases. Translates and bounds; decides nothing.
@NullMarked
package dev.caisson.airlock.service.grpc;

import org.jspecify.annotations.NullMarked;

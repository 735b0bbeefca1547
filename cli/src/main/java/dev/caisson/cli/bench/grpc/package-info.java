/// The transfer alone, by the wire that everything else takes. Read [BareServer].
@NullMarked
package dev.caisson.cli.bench.grpc;

import org.jspecify.annotations.NullMarked;

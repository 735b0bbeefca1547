/// What people's commands ask of coordinator and airlock, over the wire. Read [StudiesClient].
@NullMarked
package dev.caisson.cli.grpc;

import org.jspecify.annotations.NullMarked;

package dev.caisson.server.round;

import dev.caisson.trust.Digest;
import java.io.IOException;
import java.util.function.IntFunction;

/// Where the sites of a study fetch content that the coordinator has named to them.
@FunctionalInterface
public interface Shelf {
  /// Puts down content that is given in pieces; they have this digest together.
  void put(Digest digest, int pieces, IntFunction<byte[]> piece) throws IOException;
}

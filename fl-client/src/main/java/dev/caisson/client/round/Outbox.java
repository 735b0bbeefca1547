package dev.caisson.client.round;

import dev.caisson.trust.Digest;
import java.io.IOException;
import java.util.function.IntFunction;

/// How a round's words reach the coordinator: the port that the wire implements.
public interface Outbox {
  /// A message of the aggregation protocol.
  void message(String study, String round, byte[] payload) throws IOException;

  /// The masked vector, chunk after chunk; returns when the coordinator has taken all of it.
  void upload(String study, String round, int chunks, IntFunction<byte[]> chunk)
      throws IOException, InterruptedException;

  /// This site gives up the round.
  void leave(String study, String round, String reason) throws IOException;

  /// This site is done with the check of the round's sum, whatever it found.
  void checked(String study, String round) throws IOException;

  /// Content that the coordinator named; checked against its digest, at most `maxBytes`.
  byte[] fetch(String study, Digest digest, long maxBytes) throws IOException;
}

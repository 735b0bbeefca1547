package dev.caisson.client.round;

import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Path;
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

  /// Puts content that the coordinator named, at most `maxBytes`, into a file, which is written
  /// over. It is checked against its digest; after an exception there is no file.
  void fetch(String study, Digest digest, long maxBytes, Path file) throws IOException;
}

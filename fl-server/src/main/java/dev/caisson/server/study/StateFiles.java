package dev.caisson.server.study;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.strategy.StateSource;
import dev.caisson.protocol.strategy.StateStep;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A study's states in the blob store, made from file to file: memory does not grow with the model.
/// Each is kept and synced before its digest is known to anybody.
final class StateFiles {
  private static final int PIECE = 1 << 16;

  private final BlobStore blobs;
  private final StateStep steps;
  private final long weightBytes;

  /// @param weightBytes of a state's weights, which are its first bytes
  StateFiles(BlobStore blobs, StateStep steps, long weightBytes) {
    this.blobs = blobs;
    this.steps = steps;
    this.weightBytes = weightBytes;
  }

  /// The states of a study that was accepted.
  static StateFiles of(Submission submission, BlobStore blobs) {
    return of(submission.plan(), submission.parameters(), blobs);
  }

  static StateFiles of(StudyPlan plan, ParameterManifest parameters, BlobStore blobs) {
    return new StateFiles(
        blobs, plan.steps(parameters.shape()), (long) parameters.length() * Float.BYTES);
  }

  /// The first state, from the submitted vector.
  Digest first(Digest initial) throws IOException {
    if (weightBytes == steps.bytes()) {
      return initial; // it remembers nothing beside
    }
    try (FileChannel weights = blobs.read(initial);
        BlobStore.Incoming out = blobs.incoming(steps.bytes())) {
      return kept(out, steps.first(StateSource.of(weights), out::write));
    }
  }

  /// The state after a training round; an [ArithmeticException] where there can be none.
  Digest next(Digest state, Aggregate sum) throws IOException {
    try (FileChannel before = blobs.read(state);
        BlobStore.Incoming out = blobs.incoming(steps.bytes())) {
      return kept(out, steps.next(StateSource.of(before), sum, out::write));
    } catch (UncheckedIOException e) {
      throw new IOException("a sum cannot be read: " + e.getMessage(), e);
    }
  }

  /// The weights of a state, without what the strategy remembers.
  Digest weights(Digest state) throws IOException {
    if (weightBytes == steps.bytes()) {
      return state;
    }
    try (FileChannel whole = blobs.read(state);
        BlobStore.Incoming out = blobs.incoming(weightBytes)) {
      for (long at = 0; at < weightBytes; ) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, weightBytes - at));
        while (piece.hasRemaining()) {
          int read = whole.read(piece, at);
          if (read < 0) {
            throw new IOException("state %s ends early".formatted(state.shortHex()));
          }
          at += read;
        }
        out.write(piece.array());
      }
      return out.keep();
    }
  }

  /// The content of a sum, for sites that compute the state themselves.
  Digest keep(Aggregate sum) throws IOException {
    try (BlobStore.Incoming out = blobs.incoming(Long.MAX_VALUE)) {
      sum.content(
          piece -> {
            try {
              out.write(piece);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      return out.keep();
    } catch (UncheckedIOException e) {
      throw new IOException("a sum cannot be kept: " + e.getMessage(), e);
    }
  }

  private static Digest kept(BlobStore.Incoming out, Digest computed) throws IOException {
    Digest kept = out.keep();
    if (!kept.equals(computed)) {
      throw new IllegalStateException("content of our own has the digest that we gave it");
    }
    return kept;
  }
}

package dev.caisson.protocol.strategy;

import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/// Makes states by a [Strategy], piece by piece: the same bits whether the state is in memory or in
/// a file, at the coordinator and at every site. Memory: some blocks of [#BLOCK] entries.
///
/// The state's bytes are its vectors one after the other. They are written in that order, so the
/// step is computed once for each vector of the state; that is little beside the file's reading and
/// writing.
public final class StateStep {
  /// Entries that are worked on at a time.
  static final int BLOCK = 1 << 14;

  private final Strategy strategy;
  private final StateShape shape;
  private final int sites;

  /// @param sites that the plan names
  public StateStep(Strategy strategy, StateShape shape, int sites) {
    this.strategy = strategy;
    this.shape = shape;
    this.sites = sites;
  }

  /// Bytes of a state.
  public long bytes() {
    return shape.bytes(strategy.vectors());
  }

  /// Writes the state that a study starts from: these weights, and memory as it begins.
  public Digest first(StateSource weights, StateSink sink) throws IOException {
    List<Float> memory = strategy.memory();
    float[] block = new float[BLOCK];
    Writer out = new Writer(sink);
    for (int from = 0; from < shape.length(); from += BLOCK) {
      int size = Math.min(BLOCK, shape.length() - from);
      weights.read(from, block, size);
      out.write(block, size, from);
    }
    for (float initial : memory) {
      Arrays.fill(block, initial);
      for (int from = 0; from < shape.length(); from += BLOCK) {
        out.write(block, Math.min(BLOCK, shape.length() - from), from);
      }
    }
    return out.digest();
  }

  /// Writes the state after a training round.
  ///
  /// @throws ArithmeticException where a number of either state is not finite, which would poison
  ///   all that follow; the sink's content is then of no use
  public Digest next(StateSource before, Aggregate sum, StateSink sink) throws IOException {
    return next(before, Means.of(sum), sum.survivors().size(), sink);
  }

  /// The same, with the mean update of a round from anywhere.
  Digest next(StateSource before, Means means, int survivors, StateSink sink) throws IOException {
    Block block = new Block(strategy.vectors(), BLOCK, (double) survivors / (double) sites);
    Writer out = new Writer(sink);
    for (int vector = 0; vector < strategy.vectors(); vector++) {
      for (int from = 0; from < shape.length(); ) {
        StateShape.Run statistics = shape.nextStatistics(from);
        boolean trained = from < statistics.from();
        int end = trained ? statistics.from() : statistics.end();
        int size = Math.min(BLOCK, Math.min(end, shape.length()) - from);
        read(before, means, block, from, size);
        if (trained) {
          strategy.step(block);
        } else {
          FedAvg.average(block);
        }
        out.write(block.vector(vector), size, from);
        from += size;
      }
    }
    return out.digest();
  }

  private void read(StateSource before, Means means, Block block, int from, int size)
      throws IOException {
    block.resize(size);
    for (int vector = 0; vector < strategy.vectors(); vector++) {
      before.read((long) vector * shape.length() + from, block.vector(vector), size);
    }
    means.read(from, block.update(), size);
  }

  /// A state in memory, with its digest.
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Made(float[] state, Digest digest) {}

  /// The state that a study starts from, in memory; the very array where the weights are all of it.
  public Made first(float[] weights) {
    if (weights.length != shape.length()) {
      throw new IllegalArgumentException(
          "a model of %d numbers, got %d".formatted(shape.length(), weights.length));
    }
    if (strategy.vectors() == 1) { // the weights are the state: no second copy
      try {
        return new Made(weights, first(StateSource.of(weights), _ -> {}));
      } catch (IOException e) {
        throw new UncheckedIOException("memory has no such faults", e);
      }
    }
    return made(sink -> first(StateSource.of(weights), sink));
  }

  /// The state after a training round, in memory; as [#next].
  public Made next(float[] before, Aggregate sum) {
    if ((long) before.length * Float.BYTES != bytes()) {
      throw new IllegalArgumentException(
          "a state of %d vectors of %d numbers, got %d numbers"
              .formatted(strategy.vectors(), shape.length(), before.length));
    }
    return made(sink -> next(StateSource.of(before), sum, sink));
  }

  private interface Making {
    Digest into(StateSink sink) throws IOException;
  }

  private Made made(Making making) {
    float[] state = new float[Math.toIntExact(bytes() / Float.BYTES)];
    int[] filled = {0};
    try {
      Digest digest =
          making.into(
              piece -> {
                ByteBuffer.wrap(piece)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(state, filled[0], piece.length / Float.BYTES);
                filled[0] += piece.length / Float.BYTES;
              });
      return new Made(state, digest);
    } catch (IOException e) {
      throw new UncheckedIOException("memory has no such faults", e);
    }
  }

  /// Looks at every number, digests, and hands on.
  private static final class Writer {
    private final StateSink sink;
    private final MessageDigest sha = Digest.sha256();

    Writer(StateSink sink) {
      this.sink = sink;
    }

    void write(float[] numbers, int size, int from) throws IOException {
      for (int i = 0; i < size; i++) {
        if (!Float.isFinite(numbers[i])) {
          throw new ArithmeticException(
              "value %d of the next state is not finite".formatted(from + i));
        }
      }
      ByteBuffer out = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.asFloatBuffer().put(numbers, 0, size);
      sha.update(out.array());
      sink.write(out.array());
    }

    Digest digest() {
      return Digest.ofBytes(sha.digest());
    }
  }
}

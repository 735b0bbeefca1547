package dev.caisson.secagg.encoding;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.masking.KeyStream;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;

/// Writes one site's input into lanes, chunk by chunk: a real x becomes `w * clip(x) * scale`,
/// rounded down after a coin uniform in `[0, 1)` in steps of 2^-32 was added, so that rounding is
/// unbiased (to 2^-32, or to what a double near the value resolves); `|q| <= Q` always. The
/// rounding coins are a key stream of their own under a fresh key, so any chunk can be made again
/// with the same bytes. One thread at a time.
public final class Quantiser implements AutoCloseable {
  private final RoundManifest manifest;
  private final Layout layout;
  private final Input input;
  private final KeyStream coins;
  private final byte[] coinBytes;
  private final IntBuffer coinInts;
  private final int[] rounded;
  private float[] piece = {};

  /// The input must have no [Input#objection]; the rounding key is fresh and stays the caller's.
  public Quantiser(RoundManifest manifest, Input input, Secret roundingKey) {
    this.manifest = manifest;
    this.layout = manifest.layout();
    this.input = input;
    this.coins = new KeyStream(roundingKey);
    int most = layout.lanesIn(0);
    this.coinBytes = new byte[most * Integer.BYTES];
    this.coinInts = ByteBuffer.wrap(coinBytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    this.rounded = new int[most];
  }

  /// Steps per unit of a real segment's (weighted) value.
  public static double scale(Segment.Real segment, Weights weights) {
    double most = segment.clip() * (segment.weighted() ? weights.maximum() : 1);
    return segment.max() / most;
  }

  /// Sets the lanes of this chunk.
  public void encode(int chunk, Lanes lanes) {
    int from = layout.firstLane(chunk);
    int to = from + layout.lanesIn(chunk);
    coins.fill((long) from * Integer.BYTES, coinBytes, layout.lanesIn(chunk) * Integer.BYTES);
    int offset = 0;
    for (Segment segment : manifest.vector().segments()) {
      int begin = Math.max(from, offset);
      int end = Math.min(to, offset + segment.length());
      if (begin < end) {
        encode(segment, begin - offset, end - offset, lanes, begin - from);
      }
      offset += segment.length();
    }
    if (manifest.weights() instanceof Weights.Total && to == layout.lanes()) {
      lanes.set(layout.lanes() - 1 - from, input.weight());
    }
  }

  private void encode(Segment segment, int begin, int end, Lanes lanes, int lane) {
    switch (segment) {
      case Segment.Real real -> {
        switch (input.values(segment)) {
          case Values.Floats(float[] array) ->
              new Rounding(real).round(array, begin, end, lanes, lane);
          case Values.Pieces pieces ->
              new Rounding(real).round(piece(pieces, begin, end), 0, end - begin, lanes, lane);
          case Values.Doubles(double[] array) -> {
            Rounding rounding = new Rounding(real);
            for (int i = begin; i < end; i++, lane++) {
              lanes.set(lane, rounding.round(array[i], lane));
            }
          }
          case Values.Longs _ -> throw new IllegalStateException("objection() was not asked");
        }
      }
      case Segment.Exact _ -> {
        if (!(input.values(segment) instanceof Values.Longs(long[] array))) {
          throw new IllegalStateException("objection() was not asked");
        }
        for (int i = begin; i < end; i++, lane++) {
          lanes.set(lane, array[i]);
        }
      }
    }
  }

  /// What the source gives was finite when the input was looked through; a source that has changed
  /// its mind is no input.
  private float[] piece(Values.Pieces values, int begin, int end) {
    if (piece.length == 0) {
      piece = new float[rounded.length];
    }
    values.source().read(begin, piece, end - begin);
    if (Values.notFinite(piece, end - begin, begin).isPresent()) {
      throw new IllegalStateException("the input changed after it was checked; the upload stops");
    }
    return piece;
  }

  private final class Rounding {
    private final double clip;
    private final double factor;
    private final double max;

    Rounding(Segment.Real segment) {
      this.clip = segment.clip();
      this.factor = scale(segment, manifest.weights()) * (segment.weighted() ? input.weight() : 1);
      this.max = segment.max();
    }

    void round(float[] array, int begin, int end, Lanes lanes, int lane) {
      double most = clip * factor;
      if (most == Math.rint(most) && most < Integer.MAX_VALUE) {
        quickly(array, begin, end - begin, factor, (int) most, lane);
        lanes.setAll(lane, rounded, end - begin);
        return;
      }
      for (int i = begin; i < end; i++, lane++) {
        lanes.set(lane, round(array[i], lane));
      }
    }

    long round(double value, int lane) {
      double scaled = Math.clamp(value, -clip, clip) * factor;
      double coin = coinInts.get(lane) * 0x1p-32 + 0.5;
      // a product may overshoot by one ulp, and so may the sum
      return (long) Math.clamp(Math.floor(scaled + coin), -max, max);
    }
  }

  /// The same as [Rounding#round(double, int)] where the clip is a whole number of steps: then
  /// clipping may come last, in whole numbers, and the loop becomes vector instructions.
  private void quickly(float[] array, int begin, int size, double factor, int most, int lane) {
    int[] out = rounded;
    IntBuffer coin = coinInts;
    for (int i = 0; i < size; i++) {
      double sum = array[begin + i] * factor + (coin.get(lane + i) * 0x1p-32 + 0.5);
      out[i] = Math.max(Math.min((int) Math.floor(sum), most), -most);
    }
  }

  @Override
  public void close() {
    coins.close();
    Arrays.fill(coinBytes, (byte) 0);
    Arrays.fill(rounded, 0);
    Arrays.fill(piece, 0);
  }

  @Override
  public String toString() {
    return "Quantiser[redacted]";
  }
}

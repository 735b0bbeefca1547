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
/// with the same bytes.
public final class Quantiser implements AutoCloseable {
  private final RoundManifest manifest;
  private final Layout layout;
  private final Input input;
  private final KeyStream coins;
  private final byte[] coinBytes = new byte[Layout.CHUNK_LANES * Integer.BYTES];
  private final IntBuffer coinInts =
      ByteBuffer.wrap(coinBytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
  private final int[] rounded = new int[Layout.CHUNK_LANES];

  /// The input must have no [Input#objection]; the rounding key is fresh and stays the caller's.
  public Quantiser(RoundManifest manifest, Input input, Secret roundingKey) {
    this.manifest = manifest;
    this.layout = manifest.layout();
    this.input = input;
    this.coins = new KeyStream(roundingKey);
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
          case Input.Floats(float[] array) ->
              new Rounding(real).round(array, begin, end, lanes, lane);
          case Input.Doubles(double[] array) -> {
            Rounding rounding = new Rounding(real);
            for (int i = begin; i < end; i++, lane++) {
              lanes.set(lane, rounding.round(array[i], lane));
            }
          }
          case Input.Longs _ -> throw new IllegalStateException("objection() was not asked");
        }
      }
      case Segment.Exact _ -> {
        if (!(input.values(segment) instanceof Input.Longs(long[] array))) {
          throw new IllegalStateException("objection() was not asked");
        }
        for (int i = begin; i < end; i++, lane++) {
          lanes.set(lane, array[i]);
        }
      }
    }
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
  }

  @Override
  public String toString() {
    return "Quantiser[redacted]";
  }
}

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
import java.util.Arrays;

/// Writes one site's input into lanes, chunk by chunk: a real x becomes `w * clip(x) * scale`,
/// rounded up with the probability of its fraction (to 2^-32), so that rounding is unbiased; `|q|
/// <= Q` always. The rounding coins are a key stream of their own under a fresh key, so any chunk
/// can be made again with the same bytes.
public final class Quantiser implements AutoCloseable {
  private final RoundManifest manifest;
  private final Layout layout;
  private final Input input;
  private final KeyStream coins;
  private final ByteBuffer coinBytes =
      ByteBuffer.allocate(Layout.CHUNK_LANES * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);

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
    coins.fill(
        (long) from * Integer.BYTES, coinBytes.array(), layout.lanesIn(chunk) * Integer.BYTES);
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
          case Input.Floats(float[] array) -> {
            Rounding rounding = new Rounding(real);
            for (int i = begin; i < end; i++, lane++) {
              lanes.set(lane, rounding.round(array[i], lane));
            }
          }
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

    long round(double value, int lane) {
      double scaled = Math.clamp(value, -clip, clip) * factor;
      double floor = Math.floor(scaled);
      double coin = (coinBytes.getInt(lane * Integer.BYTES) & 0xffff_ffffL) * 0x1p-32;
      double rounded = coin < scaled - floor ? floor + 1 : floor;
      return (long) Math.clamp(rounded, -max, max); // a product may overshoot by one ulp
    }
  }

  @Override
  public void close() {
    coins.close();
    Arrays.fill(coinBytes.array(), (byte) 0);
  }

  @Override
  public String toString() {
    return "Quantiser[redacted]";
  }
}

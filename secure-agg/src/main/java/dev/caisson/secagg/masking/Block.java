package dev.caisson.secagg.masking;

import dev.caisson.secagg.Layout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thread's lanes for a few neighbouring chunks, used again for block after block: fresh arrays
/// for each chunk cost a fifth of the speed. Masks are applied block outer, key inner, so that the
/// lanes stay in the second-level cache (256 KiB of 32-bit lanes) and a key's schedule serves four
/// chunks.
public final class Block implements AutoCloseable {
  /// Chunks in a full block.
  public static final int CHUNKS = 4;

  private final Layout layout;
  private final Scratch scratch = new Scratch();
  private final @Nullable Lanes[] lanes = new @Nullable Lanes[CHUNKS];
  private int first;

  public Block(Layout layout) {
    this.layout = layout;
  }

  /// Blocks of a whole vector.
  public static int count(Layout layout) {
    return (layout.chunks() - 1) / CHUNKS + 1;
  }

  /// Goes to block number `block`. What the lanes hold is left over from before.
  public void move(int block) {
    first = block * CHUNKS;
    for (int chunk = first; chunk < end(); chunk++) {
      Lanes old = lanes[chunk - first];
      if (old == null || old.count() != layout.lanesIn(chunk)) {
        if (old != null) {
          old.clear();
        }
        lanes[chunk - first] = Lanes.of(layout, layout.lanesIn(chunk));
      }
    }
  }

  /// Its first chunk.
  public int first() {
    return first;
  }

  /// The chunk behind its last.
  public int end() {
    return Math.min(layout.chunks(), first + CHUNKS);
  }

  /// The lanes of a chunk of this block.
  public Lanes lanes(int chunk) {
    Lanes found = lanes[chunk - first];
    if (found == null) {
      throw new IllegalStateException("move() was not called");
    }
    return found;
  }

  /// Applies every mask to every chunk of this block.
  public void apply(List<Mask> masks) {
    int end = end();
    for (Mask mask : masks) {
      for (int chunk = first; chunk < end; chunk++) {
        mask.apply(layout, chunk, lanes(chunk), scratch);
      }
    }
  }

  @Override
  public void close() {
    scratch.close();
    for (Lanes held : lanes) {
      if (held != null) {
        held.clear();
      }
    }
    Arrays.fill(lanes, null);
  }

  @Override
  public String toString() {
    return "Block[redacted]";
  }
}

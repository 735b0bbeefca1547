package dev.caisson.secagg;

/// How the vector travels: `lanes` residues modulo `2^bits`, cut into chunks of [#CHUNK_LANES]
/// residues that are bit-packed on the wire. Each full chunk starts on a whole byte of the upload
/// and on a whole AES block of every key stream, so any chunk can be made on its own.
///
/// Derived from the manifest and never sent: `bits = bitlength(2 n Q)`, hence `|sum| <= n Q <
/// 2^(bits-1)` and the centred lift is exact for honest inputs.
public record Layout(int lanes, int bits) {
  /// 64 KiB of key stream in 32-bit lanes; `2048 * bits` bytes on the wire.
  public static final int CHUNK_LANES = 1 << 14;

  /// The packed bytes of the widest full chunk (a 60-bit ring).
  public static final int MAX_CHUNK_BYTES = CHUNK_LANES / 8 * 60;

  public Layout {
    if (lanes < 1 || bits < 1 || bits > 60) {
      throw new IllegalArgumentException(
          "a layout has lanes and 1..60 bits, got %d and %d".formatted(lanes, bits));
    }
  }

  static Layout of(int cohort, VectorSpec vector, Weights weights) {
    boolean total = weights instanceof Weights.Total;
    long q = total ? Math.max(vector.max(), weights.maximum()) : vector.max();
    return new Layout(
        vector.length() + (total ? 1 : 0), Long.SIZE - Long.numberOfLeadingZeros(2L * cohort * q));
  }

  /// Whether lanes are 64-bit (else 32-bit).
  public boolean wide() {
    return bits > Integer.SIZE;
  }

  public int chunks() {
    return (lanes - 1) / CHUNK_LANES + 1;
  }

  public int firstLane(int chunk) {
    return chunk * CHUNK_LANES;
  }

  public int lanesIn(int chunk) {
    if (chunk < 0 || chunk >= chunks()) {
      throw new IndexOutOfBoundsException("chunk %d of %d".formatted(chunk, chunks()));
    }
    return Math.min(CHUNK_LANES, lanes - firstLane(chunk));
  }

  public int packedBytes(int chunk) {
    return (int) (((long) lanesIn(chunk) * bits + 7) / 8);
  }

  /// Packed bytes of all chunks.
  public long bytes() {
    int last = chunks() - 1; // all before it are full
    return (long) last * packedBytes(0) + packedBytes(last);
  }

  /// The residue as a number in `[-2^(bits-1), 2^(bits-1))`.
  public long lift(long residue) {
    int spare = Long.SIZE - bits;
    return residue << spare >> spare;
  }
}

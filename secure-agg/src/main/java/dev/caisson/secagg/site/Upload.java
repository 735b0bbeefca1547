package dev.caisson.secagg.site;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.encoding.Fingerprint;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Kdf;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The masked vector, chunk by chunk. One for which its caller has room is made once, and kept
/// until this is closed. Another is made twice, once to sign its root before anything leaves and
/// once to send it: memory is O(chunk x threads), and two digests per chunk while it is prepared. A
/// chunk that is made again has the same bytes; should the caller's values have changed in the
/// meantime, it is refused instead, since two vectors under one mask give their difference away.
public final class Upload implements AutoCloseable {
  private final Layout layout;
  private final Threads threads;
  private final List<Mask> masks;
  private final List<ChunkMaker> makers;
  private final List<Digest> leaves;
  private final Signed<UploadStatement> header;
  private final Digest fingerprint;

  /// Chunks that were made and not asked for yet; all of them where they are kept.
  private final Map<Integer, byte[]> made;

  private final boolean isKept;
  private boolean closed;

  private Upload(
      Layout layout,
      Threads threads,
      List<Mask> masks,
      List<ChunkMaker> makers,
      List<Digest> leaves,
      Signed<UploadStatement> header,
      Digest fingerprint,
      Map<Integer, byte[]> made) {
    this.layout = layout;
    this.threads = threads;
    this.masks = masks;
    this.makers = makers;
    this.leaves = leaves;
    this.header = header;
    this.fingerprint = fingerprint;
    this.made = made;
    this.isKept = made.size() == layout.chunks();
  }

  /// Reads the whole input once.
  ///
  /// @param room bytes that the masked vector may take if it is to be kept
  static Upload prepare(
      SiteContext context,
      MaskingSecrets secrets,
      Input input,
      Secret coins,
      Threads threads,
      long room) {
    List<Mask> masks = new ArrayList<>();
    masks.add(Mask.ofSelf(secrets.selfMask, secrets.d1, true));
    secrets.pairSeeds.forEach(
        (peer, seed) -> masks.add(Mask.ofPair(seed, secrets.d1, context.self < peer)));
    List<ChunkMaker> makers = new ArrayList<>();
    boolean done = false;
    try (Secret rounding = derive(coins, "kdf/rounding");
        Secret key = derive(coins, "kdf/fingerprint")) {
      for (int i = 0; i < Math.min(threads.count(), Block.count(context.manifest.layout())); i++) {
        makers.add(new ChunkMaker(context.manifest, input, rounding, masks));
      }
      Upload upload = prepare(context, secrets, masks, makers, key, threads, room);
      done = true;
      return upload;
    } finally {
      if (!done) {
        makers.forEach(ChunkMaker::close);
        masks.forEach(Mask::close);
      }
    }
  }

  private static Upload prepare(
      SiteContext context,
      MaskingSecrets secrets,
      List<Mask> masks,
      List<ChunkMaker> makers,
      Secret fingerprintKey,
      Threads threads,
      long room) {
    Layout layout = context.manifest.layout();
    Digest[] leaves = new Digest[layout.chunks()];
    Digest[] prints = new Digest[layout.chunks()];
    Map<Integer, byte[]> made = new ConcurrentHashMap<>();
    boolean isKept = (long) layout.chunks() * layout.packedBytes(0) <= room;
    threads.each(
        Block.count(layout),
        i -> {
          First first =
              new First(
                  new Fingerprint(fingerprintKey, context.manifest),
                  prints,
                  leaves,
                  isKept ? made : null);
          return block -> makers.get(i).make(block, first);
        });
    return new Upload(
        layout,
        threads,
        masks,
        makers,
        List.of(leaves),
        header(context, secrets, List.of(leaves)),
        new Fingerprint(fingerprintKey, context.manifest).ofAll(Arrays.asList(prints)),
        made);
  }

  private static Signed<UploadStatement> header(
      SiteContext context, MaskingSecrets secrets, List<Digest> leaves) {
    return context.sign(
        new UploadStatement(
            context.own(secrets.d2),
            UploadStatement.root(leaves),
            secrets.pairSeeds.values().stream().map(UploadStatement::confirmation).toList()));
  }

  private static Secret derive(Secret coins, String use) {
    return Kdf.derive(coins, new FieldWriter(Suite.DOMAIN + use).toBytes(), Secret.BYTES);
  }

  /// The first time through: digests of everything, on one thread; each chunk's places are its own.
  private static final class First implements ChunkMaker.Receiver {
    private final Fingerprint fingerprint;
    private final Digest[] prints;
    private final Digest[] leaves;
    private final @Nullable Map<Integer, byte[]> kept;

    First(
        Fingerprint fingerprint,
        Digest[] prints,
        Digest[] leaves,
        @Nullable Map<Integer, byte[]> kept) {
      this.fingerprint = fingerprint;
      this.prints = prints;
      this.leaves = leaves;
      this.kept = kept;
    }

    @Override
    public void plain(int chunk, Lanes lanes) {
      prints[chunk] = fingerprint.ofChunk(lanes);
    }

    @Override
    public void masked(int chunk, byte[] packed, int length) {
      leaves[chunk] = digest(packed, length);
      if (kept != null) {
        kept.put(chunk, Arrays.copyOf(packed, length));
      }
    }
  }

  private static Digest digest(byte[] packed, int length) {
    MessageDigest sha = Digest.sha256();
    sha.update(packed, 0, length);
    return Digest.ofBytes(sha.digest());
  }

  /// The signed statement over all chunks.
  public Signed<UploadStatement> header() {
    return header;
  }

  public int chunkCount() {
    return layout.chunks();
  }

  /// The packed, masked bytes of chunk `index`, of the length that the manifest's layout says; not
  /// to be changed. Asked for in order, a few chunks a thread are made at a time. One caller at a
  /// time.
  public byte[] chunk(int index) {
    if (closed) {
      throw new IllegalStateException("this upload is closed");
    }
    Objects.checkIndex(index, layout.chunks());
    byte[] chunk = isKept ? made.get(index) : made.remove(index);
    if (chunk == null) {
      make(index);
      chunk = made.remove(index);
    }
    if (chunk == null) {
      throw new IllegalStateException("chunk %d is of the block that was made".formatted(index));
    }
    return chunk;
  }

  /// The block of this chunk, and one more for each further thread.
  private void make(int index) {
    int block = index / Block.CHUNKS;
    made.clear();
    boolean done = false;
    try {
      threads.each(
          Math.min(makers.size(), Block.count(layout) - block),
          i -> next -> makers.get(i).make(block + next, new Again()));
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /// The second time through: what was signed, or nothing.
  private final class Again implements ChunkMaker.Receiver {
    @Override
    public void plain(int chunk, Lanes lanes) {
      // it was looked at the first time
    }

    @Override
    public void masked(int chunk, byte[] packed, int length) {
      if (!digest(packed, length).equals(leaves.get(chunk))) {
        throw new IllegalStateException(
            "the input changed after chunk %d was made; the upload stops".formatted(chunk));
      }
      made.put(chunk, Arrays.copyOf(packed, length));
    }
  }

  /// Tells equal quantised inputs from different ones, to this site alone.
  Digest fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    closed = true;
    made.clear();
    makers.forEach(ChunkMaker::close);
    masks.forEach(Mask::close);
  }

  @Override
  public String toString() {
    return "Upload[redacted]";
  }
}

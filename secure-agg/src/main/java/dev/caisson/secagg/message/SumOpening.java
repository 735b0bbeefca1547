package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Step 6, what the coordinator signs about the sum that it opened, so that sites can check it.
///
/// - `manifest`, `d3`: of which round and survivors.
/// - `total`: H(Y), the Merkle root over the chunks of the sum of uploads over the integers.
/// - `content`: the digest by which the whole of Y is fetched; no more than a name.
/// - `sum`: the digest of the unmasked sum's content.
/// - `uploads`: each member of U3's statement, in order.
/// - `selfMasks`: b_v for each member of U3, in order.
/// - `pairSeeds`: for each member of U2 without U3, in order, s_uv with each member u of U3.
///
/// The seeds are no secrets of the cohort any more; they are held as secrets so that no log has
/// them.
public record SumOpening(
    Digest manifest,
    Digest d3,
    Digest total,
    Digest content,
    Digest sum,
    List<Signed<UploadStatement>> uploads,
    List<Secret> selfMasks,
    List<List<Secret>> pairSeeds) {
  private static final String DOMAIN = Suite.DOMAIN + "sum-opening";

  public SumOpening {
    uploads = List.copyOf(uploads);
    selfMasks = List.copyOf(selfMasks);
    pairSeeds = pairSeeds.stream().map(List::copyOf).toList();
    if (selfMasks.size() != uploads.size()) {
      throw new IllegalArgumentException("an opening has a self-mask seed for each upload");
    }
    for (List<Secret> seeds : pairSeeds) {
      if (seeds.size() != uploads.size()) {
        throw new IllegalArgumentException("an opening has a pair seed for each upload");
      }
    }
  }

  public byte[] encoded() {
    FieldWriter out =
        new FieldWriter(DOMAIN)
            .digest(manifest)
            .digest(d3)
            .digest(total)
            .digest(content)
            .digest(sum)
            .number(uploads.size());
    uploads.forEach(upload -> out.bytes(upload.encoded()));
    selfMasks.forEach(seed -> write(out, seed));
    out.number(pairSeeds.size());
    pairSeeds.forEach(seeds -> seeds.forEach(seed -> write(out, seed)));
    return out.toBytes();
  }

  private static void write(FieldWriter out, Secret seed) {
    byte[] bytes = seed.bytes();
    out.bytes(bytes);
    Arrays.fill(bytes, (byte) 0);
  }

  public static SumOpening decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    Digest manifest = in.digest();
    Digest d3 = in.digest();
    Digest total = in.digest();
    Digest content = in.digest();
    Digest sum = in.digest();
    int size = Limits.members(Suite.MAX_COHORT, in);
    List<Signed<UploadStatement>> uploads = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      uploads.add(Signed.decode(in.bytes(Limits.UPLOAD), UploadStatement::decode));
    }
    List<Secret> selfMasks = seeds(in, size);
    int lost = in.number(0, Suite.MAX_COHORT - size);
    List<List<Secret>> pairSeeds = new ArrayList<>(lost);
    for (int i = 0; i < lost; i++) {
      pairSeeds.add(seeds(in, size));
    }
    in.end();
    return new SumOpening(manifest, d3, total, content, sum, uploads, selfMasks, pairSeeds);
  }

  private static List<Secret> seeds(FieldReader in, int size) throws MalformedException {
    List<Secret> seeds = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      seeds.add(Secret.taking(in.exactly(Secret.BYTES)));
    }
    return seeds;
  }
}

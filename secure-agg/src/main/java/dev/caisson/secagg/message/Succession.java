package dev.caisson.secagg.message;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where a round's state came from: the round whose sum gave it, and the digest of that sum's
/// content. A site that answered `previous` fetches the sum and computes the state itself.
///
/// @param counted the number of the last training round whose sum covers a site, by its name. A
///   site that was cut off between its upload and its answer cannot know by itself; nothing proves
///   it
public record Succession(RoundManifest previous, Digest sum, SortedMap<String, Long> counted) {
  private static final int MOST_NAMED = Suite.MAX_COHORT;
  private static final int LONGEST_NAME = 63;
  static final int MAX_BYTES =
      RoundManifest.MAX_BYTES + 512 + MOST_NAMED * (LONGEST_NAME + Integer.BYTES + 16);
  private static final String DOMAIN = Suite.DOMAIN + "succession/v2";

  public Succession {
    counted = new TreeMap<>(counted);
    if (counted.size() > MOST_NAMED) {
      throw new IllegalArgumentException(
          "at most %d sites are named, got %d".formatted(MOST_NAMED, counted.size()));
    }
  }

  /// Without a word about who was counted when.
  public Succession(RoundManifest previous, Digest sum) {
    this(previous, sum, new TreeMap<>());
  }

  @Override
  public SortedMap<String, Long> counted() {
    return new TreeMap<>(counted);
  }

  byte[] encoded() {
    FieldWriter out =
        new FieldWriter(DOMAIN).bytes(previous.encoded()).digest(sum).number(counted.size());
    counted.forEach((site, round) -> out.text(site).number(round));
    return out.toBytes();
  }

  static Succession decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    RoundManifest previous = RoundManifest.decode(in.bytes(RoundManifest.MAX_BYTES));
    Digest sum = in.digest();
    int named = in.number(0, MOST_NAMED);
    SortedMap<String, Long> counted = new TreeMap<>();
    for (int i = 0; i < named; i++) {
      String site = in.text(LONGEST_NAME);
      if (!counted.isEmpty() && site.compareTo(counted.lastKey()) <= 0) {
        throw new MalformedException("sites are named once each, in order");
      }
      counted.put(site, in.number());
    }
    in.end();
    return new Succession(previous, sum, counted);
  }
}

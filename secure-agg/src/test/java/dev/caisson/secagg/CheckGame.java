package dev.caisson.secagg;

import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.check.SiteCheck;
import dev.caisson.secagg.check.Totals;
import dev.caisson.secagg.coordinator.CollectingTags;
import dev.caisson.secagg.coordinator.OpenedSum;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SignedSumOpening;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.TagList;
import dev.caisson.secagg.message.TagStatement;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;

/// An honest round whose sum is open, and its check with every message in the test's hands: what is
/// opened, to whom, and which tags and uploads are handed out.
public final class CheckGame {
  /// Two chunks, the second of them short.
  public static final int LENGTH = (1 << 14) + 37;

  public final Play play;
  public final OpenedSum opened;

  /// The honest coordinator's.
  public final CollectingTags honest;

  public final NavigableMap<String, SiteCheck> checks = new TreeMap<>();
  private final Layout total;

  /// Of n sites the last `lost` fall silent before they upload; site i gives i + 1 everywhere.
  public CheckGame(int n, int threshold, int lost, long seed) {
    this(
        Play.of(new Federation(n), manifest(new Federation(n), threshold)).seed(seed).begin(),
        lost);
  }

  public static RoundManifest manifest(Federation federation, int threshold) {
    return federation.manifest(
        threshold, VectorSpec.of(new Segment.Exact("x", LENGTH, 100, true)), new Weights.Equal());
  }

  private CheckGame(Play play, int lost) {
    this(play, Set.copyOf(play.manifest.cohort().reversed().subList(0, lost)), Set.of());
  }

  /// Where these fall silent before their upload, or after it.
  public CheckGame(Play play, Set<String> beforeUpload, Set<String> afterUpload) {
    this(play, beforeUpload, afterUpload, 100);
  }

  /// No input is larger than `max`.
  public CheckGame(Play play, Set<String> beforeUpload, Set<String> afterUpload, long max) {
    this.play = play;
    for (int i = 0; i < play.manifest.cohort().size(); i++) {
      long[] values = new long[play.manifest.vector().length()];
      Arrays.fill(values, Math.min(max, i + 1L));
      play.inputs.put(play.manifest.cohort().get(i), Input.weighing(1).withExact("x", values));
    }
    play.collectKeys();
    play.deal();
    play.collectShares();
    play.agree();
    play.silent.addAll(beforeUpload);
    beforeUpload.forEach(play.uploads::drop);
    play.mask();
    if (!play.collectUploads()) {
      throw new AssertionError(play.last);
    }
    play.silent.addAll(afterUpload);
    play.consent();
    play.collectConsents();
    play.answer();
    this.opened = play.open();
    this.honest = opened.show(Federation.COORDINATOR, play.kept).orElseThrow().next();
    this.total =
        Totals.layout(play.manifest.layout(), opened.result().survivors().size()).orElseThrow();
    play.finished.forEach((name, finished) -> checks.put(name, check(name)));
  }

  /// A site that has taken no opening yet.
  public SiteCheck check(String site) {
    return new SiteCheck(
        Play.at(play.finished, site).proceedings().orElseThrow(),
        site,
        play.federation.key(site),
        play.federation.roster(),
        Federation.COORDINATOR.identity());
  }

  public int member(String site) {
    return play.manifest.cohort().indexOf(site);
  }

  public IntFunction<byte[]> upload(String site) {
    return chunk -> play.kept.get(member(site), chunk);
  }

  /// The tag of a site for an opening, if it gives one; else what it finds.
  public SiteCheck.Tagging tag(String site, SignedSumOpening opening) {
    return Play.at(checks, site).tag(opening.encoded(), upload(site));
  }

  /// All tags of those sites that give one.
  public NavigableMap<String, Signed<TagStatement>> tags(SignedSumOpening opening) {
    NavigableMap<String, Signed<TagStatement>> tags = new TreeMap<>();
    for (String site : checks.keySet()) {
      if (tag(site, opening) instanceof SiteCheck.Tagging.Tagged(Signed<TagStatement> tag, _)) {
        tags.put(site, tag);
      }
    }
    return tags;
  }

  /// What these tags, with the uploads of everybody of U3 who has none, show each site.
  public NavigableMap<String, Finding> findings(
      IntFunction<byte[]> chunks, NavigableMap<String, Signed<TagStatement>> tags) {
    Map<Integer, IntFunction<byte[]>> uploads = new HashMap<>();
    for (String site : opened.result().survivors()) {
      if (!tags.containsKey(site)) {
        uploads.put(member(site), upload(site));
      }
    }
    return findings(chunks, new TagList(List.copyOf(tags.values()), List.of()), uploads);
  }

  public NavigableMap<String, Finding> findings(
      IntFunction<byte[]> chunks, TagList list, Map<Integer, IntFunction<byte[]>> uploads) {
    NavigableMap<String, Finding> findings = new TreeMap<>();
    checks.forEach((site, check) -> findings.put(site, check.check(chunks, list, uploads)));
    return findings;
  }

  /// The honest total with another entry, and its chunks.
  public List<byte[]> bent(int entry, LongUnaryOperator change) throws MalformedException {
    List<byte[]> chunks = new ArrayList<>();
    for (int chunk = 0; chunk < total.chunks(); chunk++) {
      Lanes lanes = Lanes.of(total, total.lanesIn(chunk));
      lanes.unpack(honest.totalChunk(chunk));
      for (int i = 0; i < lanes.count(); i++) {
        if (entry < 0 || total.firstLane(chunk) + i == entry) {
          lanes.set(i, change.applyAsLong(lanes.get(i)));
        }
      }
      chunks.add(lanes.pack());
    }
    return chunks;
  }

  /// The sum that a total gives without the masks, when `change` was done to the honest sum.
  public Digest sum(int entry, LongUnaryOperator change) throws MalformedException {
    Layout layout = play.manifest.layout();
    byte[] content = opened.result().aggregate().content();
    byte[][] out = new byte[layout.chunks()][];
    int at = 0;
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      int end = at + layout.packedBytes(chunk);
      Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
      lanes.unpack(Arrays.copyOfRange(content, at, end));
      for (int i = 0; i < lanes.count(); i++) {
        if (entry < 0 || layout.firstLane(chunk) + i == entry) {
          lanes.set(i, change.applyAsLong(lanes.get(i)));
        }
      }
      out[chunk] = lanes.pack();
      at = end;
    }
    return Digest.of(out);
  }

  /// The sum that this total gives without the masks.
  public Digest sumOf(List<byte[]> chunks) throws MalformedException {
    Layout layout = play.manifest.layout();
    SumOpening o = honest.opening().opening();
    Digest d1 = opened.result().d1();
    byte[][] out = new byte[layout.chunks()][];
    List<Mask> masks = o.selfMasks().stream().map(seed -> Mask.ofSelf(seed, d1, false)).toList();
    try (Block block = new Block(layout)) {
      for (int number = 0; number < Block.count(layout); number++) {
        block.move(number);
        for (int chunk = block.first(); chunk < block.end(); chunk++) {
          Lanes wide = Lanes.of(total, total.lanesIn(chunk));
          wide.unpack(chunks.get(chunk));
          for (int i = 0; i < wide.count(); i++) {
            block.lanes(chunk).set(i, wide.get(i));
          }
        }
        block.apply(masks);
        for (int chunk = block.first(); chunk < block.end(); chunk++) {
          out[chunk] = block.lanes(chunk).pack();
        }
      }
    }
    masks.forEach(Mask::close);
    return Digest.of(out);
  }

  /// The honest opening about another total and sum, signed.
  public SignedSumOpening opening(List<byte[]> chunks, Digest sum) {
    SumOpening o = honest.opening().opening();
    return sign(
        new SumOpening(
            o.manifest(),
            o.d3(),
            UploadStatement.root(chunks.stream().map(Digest::of).toList()),
            Digest.of(chunks.toArray(byte[][]::new)),
            sum,
            o.uploads(),
            o.selfMasks(),
            o.pairSeeds()));
  }

  public static SignedSumOpening sign(SumOpening opening) {
    return SignedSumOpening.sign(opening, Federation.COORDINATOR);
  }
}

package dev.caisson.secagg.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.trust.MalformedException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Sums as they are read: what whole numbers mean, and which cannot be.
final class AggregateTest {
  private static final Federation FOUR = new Federation(4);
  private static final VectorSpec VECTOR =
      VectorSpec.of(
          new Segment.Real("update", 2, 0.5, 1000, true),
          new Segment.Real("loss", 1, 10.0, 1000, false),
          new Segment.Exact("signed", 2, 70, true),
          new Segment.Exact("counts", 1, 90, false));

  /// A step of `update` is clip * maxWeight / Q, of `loss` clip / Q.
  @Test
  void aSumAndItsMeanAreWhatTheWeightsModeSays() {
    Aggregate equal = aggregate(new Weights.Equal(), 1000, -500, 300, 5, -7, 9);
    assertThat(equal.sum("update")).containsExactly(0.5, -0.25);
    assertThat(equal.mean("update")).containsExactly(0.5 / 4, -0.25 / 4);
    assertThat(equal.mean("loss")).containsExactly(3.0 / 4);
    assertThat(equal.exactSum("signed")).containsExactly(5, -7);
    assertThat(equal.exactSum("counts")).containsExactly(9);
    assertThat(equal.totalWeight()).isEmpty();

    Aggregate fixed = aggregate(new Weights.FixedDenominator(10, 25), 1000, -500, 300, 5, -7, 9);
    assertThat(fixed.sum("update")).containsExactly(5, -2.5);
    assertThat(fixed.mean("update")).containsExactly(5.0 / 25, -2.5 / 25);
    assertThat(fixed.mean("loss")).containsExactly(3.0 / 4);
    assertThat(fixed.totalWeight()).isEmpty();

    Aggregate total = aggregate(new Weights.Total(10), 1000, -500, 300, 5, -7, 9, 20);
    assertThat(total.mean("update")).containsExactly(5.0 / 20, -2.5 / 20);
    assertThat(total.mean("loss")).containsExactly(3.0 / 4);
    assertThat(total.totalWeight()).hasValue(20);
  }

  /// Random sums in rings of many widths, over chunks, against whole numbers of any size.
  @Test
  void everyResidueIsLiftedToTheNumberThatWasSummed() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    for (long q : new long[] {1, 5, 1000, 1L << 31, Segment.MAX_MAGNITUDE}) {
      int length = Layout.CHUNK_LANES + 11;
      RoundManifest manifest = exact(length, q);
      BigInteger ring = BigInteger.ONE.shiftLeft(manifest.layout().bits());
      Lanes[] sum = {
        Lanes.of(manifest.layout(), Layout.CHUNK_LANES), Lanes.of(manifest.layout(), 11)
      };
      BigInteger[] expected = new BigInteger[length];
      Arrays.fill(expected, BigInteger.ZERO);
      for (int site = 0; site < 4; site++) {
        for (int chunk = 0; chunk < 2; chunk++) {
          Lanes lanes = Lanes.of(manifest.layout(), manifest.layout().lanesIn(chunk));
          for (int i = 0; i < lanes.count(); i++) {
            BigInteger value =
                BigInteger.valueOf(i % 3 == 0 ? q : i % 3 == 1 ? -q : random.nextLong(-q, q + 1));
            int entry = manifest.layout().firstLane(chunk) + i;
            expected[entry] = expected[entry].add(value);
            lanes.set(i, value.mod(ring).longValueExact());
          }
          sum[chunk].addAll(lanes, true);
        }
      }
      ChunkStore store = ChunkStore.inMemory(2);
      store.put(0, sum[0].pack());
      store.put(1, sum[1].pack());
      byte[] packed = new Residues(manifest.layout(), store).packed();
      Aggregate aggregate = Aggregate.decode(manifest, FOUR.names(), packed);
      long[] sums = aggregate.exactSum("x");
      for (int i = 0; i < length; i++) {
        assertThat(BigInteger.valueOf(sums[i])).isEqualTo(expected[i]);
      }
    }
  }

  @Test
  void contentReadsBackAsTheSameSumAndTheSameBytes() throws Exception {
    Aggregate sum = aggregate(new Weights.Total(10), 1000, -500, 300, 5, -7, 9, 20);
    byte[] content = sum.content();
    assertThat(content).hasSize((int) Aggregate.contentBytes(sum.manifest()));
    Aggregate back = Aggregate.decode(sum.manifest(), FOUR.names(), content);
    assertThat(back.content()).isEqualTo(content);
    assertThat(back.mean("update")).containsExactly(sum.mean("update"));
    assertThat(back.survivors()).isEqualTo(FOUR.names());
  }

  @Test
  void contentOfAnotherLengthIsMalformed() {
    Aggregate sum = aggregate(new Weights.Equal(), 1000, -500, 300, 5, -7, 9);
    int right = sum.content().length;
    for (int length : new int[] {0, 1, right - 1, right + 1, 1_000_000}) {
      byte[] content = Arrays.copyOf(sum.content(), length);
      assertThatThrownBy(() -> Aggregate.decode(sum.manifest(), FOUR.names(), content))
          .isInstanceOf(MalformedException.class)
          .hasMessage("%d bytes of residues expected, got %d".formatted(right, length));
    }
  }

  @Test
  void spareBitsThatAreSetAreMalformed() {
    RoundManifest manifest = exact(3, 10); // 7-bit lanes: 21 of 24 bits
    assertThat(manifest.layout().bits()).isEqualTo(7);
    for (int bit = 21; bit < 24; bit++) {
      byte[] content = new byte[3];
      content[2] = (byte) (1 << (bit - 16));
      assertThatThrownBy(() -> Aggregate.decode(manifest, FOUR.names(), content))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("spare bits");
    }
  }

  /// At the edge is still a sum of honest inputs; one beyond is not.
  @Test
  void aSumWhereNoHonestInputsPutItIsRefusedNamingTheSegmentAndNobody() {
    Weights equal = new Weights.Equal();
    assertThat(aggregate(equal, 4000, -4000, 4000, 280, -280, 360)).isNotNull();
    assertThat(aggregate(equal, 0, 0, 0, 0, 0, 0)).isNotNull();
    refuses(equal, "segment 'update', entry 0", 4001, 0, 0, 0, 0, 0);
    refuses(equal, "segment 'update', entry 1", 0, -4001, 0, 0, 0, 0);
    refuses(equal, "segment 'signed', entry 1", 0, 0, 0, 0, 281, 0);
    refuses(equal, "segment 'counts', entry 0", 0, 0, 0, 0, 0, 361);
    refuses(equal, "segment 'counts', entry 0", 0, 0, 0, 0, 0, -1);
    Weights total = new Weights.Total(10);
    assertThat(aggregate(total, 0, 0, 0, 0, 0, 0, 4)).isNotNull();
    assertThat(aggregate(total, 0, 0, 0, 0, 0, 0, 40)).isNotNull();
    refuses(total, "the sum of weights", 0, 0, 0, 0, 0, 0, 3);
    refuses(total, "the sum of weights", 0, 0, 0, 0, 0, 0, 41);
  }

  /// Fewer survivors could not have given as much.
  @Test
  void theRangeIsThatOfTheSurvivors() {
    RoundManifest manifest = exact(1, 10);
    ChunkStore residues = store(manifest, 31);
    List<String> three = FOUR.names().subList(0, 3);
    assertThat(Aggregate.of(manifest, FOUR.names(), residues))
        .isInstanceOf(Aggregate.Checked.Plausible.class);
    assertThat(Aggregate.of(manifest, three, residues))
        .isInstanceOf(Aggregate.Checked.Implausible.class);
    assertThatThrownBy(() -> Aggregate.decode(manifest, three, residues.get(0)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("segment 'x', entry 0 lies where no honest inputs put it");
  }

  @Test
  void askingForWhatASegmentIsNotIsOurOwnMistake() {
    Aggregate sum = aggregate(new Weights.Equal(), 0, 0, 0, 0, 0, 0);
    assertThatThrownBy(() -> sum.exactSum("update")).hasMessageContaining("is real");
    assertThatThrownBy(() -> sum.sum("counts")).hasMessageContaining("is exact");
    assertThatThrownBy(() -> sum.mean("counts")).hasMessageContaining("is exact");
    assertThatThrownBy(() -> sum.sum("nothing")).hasMessageContaining("no segment 'nothing'");
  }

  private static void refuses(Weights weights, String where, long... sums) {
    RoundManifest manifest = FOUR.manifest(3, VECTOR, weights);
    assertThat(Aggregate.of(manifest, FOUR.names(), store(manifest, sums)))
        .isEqualTo(
            new Aggregate.Checked.Implausible(
                new Fault(
                    Rule.SUM_RANGE,
                    "some survivor",
                    where + " lies where no honest inputs put it: some input was out of range")));
  }

  private static Aggregate aggregate(Weights weights, long... sums) {
    RoundManifest manifest = FOUR.manifest(3, VECTOR, weights);
    Aggregate.Checked checked = Aggregate.of(manifest, FOUR.names(), store(manifest, sums));
    assertThat(checked).isInstanceOf(Aggregate.Checked.Plausible.class);
    return ((Aggregate.Checked.Plausible) checked).aggregate();
  }

  private static ChunkStore store(RoundManifest manifest, long... sums) {
    Lanes lanes = Lanes.of(manifest.layout(), sums.length);
    for (int i = 0; i < sums.length; i++) {
      lanes.set(i, sums[i]);
    }
    ChunkStore store = ChunkStore.inMemory(1);
    store.put(0, lanes.pack());
    return store;
  }

  private static RoundManifest exact(int length, long q) {
    return ManifestDraft.like(FOUR.one(3)).vector(new Segment.Exact("x", length, q, true)).build();
  }
}

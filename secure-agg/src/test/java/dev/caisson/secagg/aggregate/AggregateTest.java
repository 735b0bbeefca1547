package dev.caisson.secagg.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an opened sum may be, and what its numbers mean. Q is 10 in each segment; three survive.
final class AggregateTest {
  private static final VectorSpec VECTOR =
      VectorSpec.of(
          new Segment.Real("real", 2, 5.0, 10, true),
          new Segment.Exact("signed", 1, 10, true),
          new Segment.Exact("counts", 2, 10, false));
  private final Federation four = new Federation(4);
  private final RoundManifest manifest = four.manifest(3, VECTOR, new Weights.Total(10));
  private final List<String> three = four.names().subList(0, 3);

  @Test
  void sumsAtTheEdgesOfWhatHonestInputsGiveArePlausible() throws Exception {
    for (long[] sums :
        new long[][] {{30, -30, 30, 30, 30, 30}, {-30, 30, -30, 0, 0, 3}, {0, 0, 0, 0, 0, 3}}) {
      assertThat(Aggregate.of(manifest, three, residues(sums)))
          .as(Arrays.toString(sums))
          .isInstanceOf(Aggregate.Checked.Plausible.class);
    }
  }

  /// Each entry one step beyond what three inputs can sum to, the sum of weights (at least 1 and at
  /// most 10 each) too.
  @Test
  void oneStepBeyondIsImplausibleAndSaysWhere() throws Exception {
    assertOutside("segment 'real', entry 0", 31, 0, 0, 0, 0, 3);
    assertOutside("segment 'real', entry 1", 0, -31, 0, 0, 0, 3);
    assertOutside("segment 'signed', entry 0", 0, 0, 31, 0, 0, 3);
    assertOutside("segment 'signed', entry 0", 0, 0, -31, 0, 0, 3);
    assertOutside("segment 'counts', entry 0", 0, 0, 0, 31, 0, 3);
    assertOutside("segment 'counts', entry 1", 0, 0, 0, 0, -1, 3);
    assertOutside("the sum of weights", 0, 0, 0, 0, 0, 2);
    assertOutside("the sum of weights", 0, 0, 0, 0, 0, 31);
  }

  private void assertOutside(String where, long... sums) throws Exception {
    assertThat(Aggregate.of(manifest, three, residues(sums)))
        .isEqualTo(
            new Aggregate.Checked.Implausible(
                new Fault(
                    Rule.SUM_RANGE,
                    "some survivor",
                    where + " lies where no honest inputs put it: some input was out of range")));
    assertThatThrownBy(() -> Aggregate.decode(manifest, three, residues(sums).packed()))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(where);
  }

  @Test
  void numbersMeanWhatTheManifestSays() throws Exception {
    Aggregate sum = Aggregate.decode(manifest, three, residues(6, -4, 7, 2, 0, 8).packed());
    // a step is clip * maxWeight / Q = 5 * 10 / 10
    assertThat(sum.sum("real")).containsExactly(30, -20);
    assertThat(sum.mean("real")).containsExactly(30 / 8.0, -20 / 8.0);
    assertThat(sum.exactSum("signed")).containsExactly(7);
    assertThat(sum.exactSum("counts")).containsExactly(2, 0);
    assertThat(sum.totalWeight()).hasValue(8);
    assertThat(sum.survivors()).isEqualTo(three);
    assertThatThrownBy(() -> sum.sum("signed")).hasMessageContaining("exactSum");
    assertThatThrownBy(() -> sum.exactSum("real")).hasMessageContaining("sum or mean");
    assertThatThrownBy(() -> sum.sum("other")).hasMessageContaining("no segment 'other'");
  }

  @Test
  void contentReadsBackByteForByteAndNothingElseDoes() throws Exception {
    byte[] content = residues(6, -4, 7, 2, 0, 8).packed();
    assertThat(Aggregate.decode(manifest, three, content).content()).isEqualTo(content);
    assertThat((long) content.length).isEqualTo(Aggregate.contentBytes(manifest));
    for (int length : new int[] {0, content.length - 1, content.length + 1}) {
      assertThatThrownBy(() -> Aggregate.decode(manifest, three, Arrays.copyOf(content, length)))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("bytes of residues expected");
    }
    byte[] spare = content.clone();
    spare[spare.length - 1] |= (byte) 0x80;
    assertThatThrownBy(() -> Aggregate.decode(manifest, three, spare))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("spare bits");
  }

  private Residues residues(long... sums) throws MalformedException {
    Layout layout = manifest.layout();
    Lanes lanes = Lanes.of(layout, sums.length);
    for (int i = 0; i < sums.length; i++) {
      lanes.set(i, sums[i]);
    }
    return Residues.unpack(layout, lanes.pack());
  }
}

package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.site.Upload;
import dev.caisson.secagg.site.Uploading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Rounds in which nobody misbehaves.
final class RoundTest {
  private final Federation three = new Federation(3);

  @Test
  void theWeightsModesGiveTheirMeansAndShowOnlyWhatTheySay() {
    double[] x = {0.5, -0.25, 1.0};
    long[] w = {10, 20, 70};
    double weighted = 10 * 0.5 - 20 * 0.25 + 70;

    SumResult equal = play(new Weights.Equal(), x, new long[] {1, 1, 1});
    // each site rounds by less than one step: 1 / 32768 of the clip
    assertThat(equal.aggregate().mean("update")[3]).isCloseTo(1.25 / 3, within(1.0 / (1 << 15)));
    assertThat(equal.aggregate().totalWeight()).isEmpty();

    // a step is clip * maxWeight / Q = 100 / 32768, three sites, over the denominator
    SumResult fixed = play(new Weights.FixedDenominator(100, 50), x, w);
    assertThat(fixed.aggregate().mean("update")[3])
        .isCloseTo(weighted / 50, within(3 * 100.0 / (1 << 15) / 50));
    assertThat(fixed.aggregate().totalWeight()).isEmpty();

    SumResult total = play(new Weights.Total(100), x, w);
    assertThat(total.aggregate().totalWeight()).hasValue(100);
    assertThat(total.aggregate().mean("update")[3])
        .isCloseTo(weighted / 100, within(3 * 100.0 / (1 << 15) / 100));
    assertThat(total.aggregate().exactSum("histogram")[2]).isEqualTo(3 + 4 + 5);
    assertThat(total.aggregate().sum("loss")[0]).isCloseTo(3 * 2.5, within(3 * 10.0 / (1 << 15)));
    assertThat(total.aggregate().mean("loss")[0]).isCloseTo(2.5, within(10.0 / (1 << 15)));
  }

  @Test
  void everyoneEndsWithTheSameTranscript() {
    Play play = inputs(new Play(three, three.manifest(3)), new double[3], new long[] {1, 1, 1});
    SumResult sum = play.toUploads().toAnswers().sum();
    assertThat(play.finished).hasSize(3);
    play.finished
        .values()
        .forEach(
            site -> {
              assertThat(site.d1()).isEqualTo(sum.d1());
              assertThat(site.d2()).isEqualTo(sum.d2());
              assertThat(site.d3()).isEqualTo(sum.d3());
              assertThat(site.survivors()).isEqualTo(three.names());
              assertThat(site.recovered()).isEmpty();
            });
    assertThat(sum.dropped()).isEmpty();
  }

  /// Several chunks, 32-bit and 64-bit lanes, extreme values.
  @Test
  void longVectorsOfBothLaneWidthsSumExactly() {
    for (long q : new long[] {1_000_000, Segment.MAX_MAGNITUDE}) {
      int length = 2 * Layout.CHUNK_LANES + 100;
      RoundManifest manifest =
          three.manifest(
              3, VectorSpec.of(new Segment.Exact("x", length, q, true)), new Weights.Equal());
      assertThat(manifest.layout().wide()).isEqualTo(q > 1_000_000);
      Play play = new Play(three, manifest);
      SplittableRandom random = new SplittableRandom(4);
      long[] expected = new long[length];
      for (String name : three.names()) {
        long[] values = random.longs(length, -q, q + 1).toArray();
        values[0] = q;
        values[1] = -q;
        for (int i = 0; i < length; i++) {
          expected[i] += values[i];
        }
        play.inputs.put(name, Input.weighing(1).withExact("x", values));
      }
      assertThat(play.toUploads().toAnswers().sum().aggregate().exactSum("x")).isEqualTo(expected);
    }
  }

  /// The bytes of one masked upload of zeros, and of extremes, over 256 bins: chi-square below
  /// 330.5, its 0.1% point with 255 degrees of freedom. Bits fill bytes evenly since 2^b residues
  /// are all used. Seeds are fixed, so this either always passes or never.
  @Test
  void aMaskedUploadLooksUniformWhateverItHolds() {
    int length = 4 * Layout.CHUNK_LANES;
    RoundManifest manifest =
        three.manifest(
            3, VectorSpec.of(new Segment.Exact("x", length, 5000, true)), new Weights.Equal());
    for (long value : new long[] {0, 5000, -5000}) {
      Play play = Play.of(three, manifest).seed(77 + value).begin();
      long[] values = new long[length];
      Arrays.fill(values, value);
      three
          .names()
          .forEach(name -> play.inputs.put(name, Input.weighing(1).withExact("x", values)));
      play.toUploads();
      for (Uploading site : play.uploading.values()) {
        int[] bins = new int[256];
        int bytes = 0;
        for (int chunk = 0; chunk < site.upload().chunkCount(); chunk++) {
          for (byte b : site.upload().chunk(chunk)) {
            bins[b & 0xff]++;
            bytes++;
          }
        }
        double expected = bytes / 256.0;
        double chiSquare = 0;
        for (int bin : bins) {
          chiSquare += (bin - expected) * (bin - expected) / expected;
        }
        assertThat(chiSquare).as("uploads of %d", value).isLessThan(330.5);
      }
    }
  }

  @Test
  void aChunkIsResentWithTheSameBytesAndNeverWithOtherInput() {
    Play play = new Play(three, three.manifest(3));
    double[] update = new double[20];
    inputs(play, new double[3], new long[] {1, 1, 1});
    play.inputs.put(
        three.name(0),
        Input.weighing(1)
            .with("update", update)
            .with("loss", 1.0)
            .withExact("histogram", new long[9]));
    play.toUploads();
    Upload upload = first(play).upload();
    byte[] sent = upload.chunk(0);
    assertThat(upload.chunk(0)).isEqualTo(sent);
    update[3] = 0.7;
    assertThatThrownBy(() -> upload.chunk(0)).hasMessageContaining("input changed");
    assertThatThrownBy(() -> upload.chunk(0)).hasMessageContaining("closed");
  }

  @Test
  void nothingSecretIsPrinted() {
    Play play = inputs(new Play(three, three.manifest(3)), new double[3], new long[] {1, 1, 1});
    List<Object> holders = new ArrayList<>();
    holders.addAll(play.awaitingKeys.values());
    play.toUploads();
    holders.addAll(play.awaitingShares.values());
    holders.addAll(play.masking.values());
    holders.addAll(play.uploading.values());
    holders.add(first(play).upload());
    holders.addAll(play.inputs.values());
    play.toAnswers();
    holders.addAll(play.awaitingConsents.values());
    assertThat(holders).hasSize(19);
    holders.forEach(
        holder ->
            assertThat(holder.toString())
                .isEqualTo(holder.getClass().getSimpleName() + "[redacted]"));
  }

  private SumResult play(Weights weights, double[] x, long[] w) {
    RoundManifest manifest = three.manifest(3, Federation.SMALL, weights);
    return inputs(new Play(three, manifest), x, w).toUploads().toAnswers().sum();
  }

  private Play inputs(Play play, double[] x, long[] w) {
    for (int i = 0; i < three.n; i++) {
      float[] update = new float[20];
      update[3] = (float) x[i];
      long[] histogram = new long[9];
      histogram[2] = 3L + i;
      play.inputs.put(
          three.name(i),
          Input.weighing(w[i])
              .with("update", update)
              .with("loss", 2.5)
              .withExact("histogram", histogram));
    }
    return play;
  }

  private static Uploading first(Play play) {
    return play.uploading.firstEntry().getValue();
  }
}

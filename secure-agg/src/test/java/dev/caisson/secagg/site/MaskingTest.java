package dev.caisson.secagg.site;

import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A site that awaits its own input: what does not fit leaves nothing behind, and what fits is
/// remembered by a fingerprint that is the same for the same numbers alone.
final class MaskingTest {
  private final Federation three = new Federation(3);

  @Test
  void anInputThatDoesNotFitEndsTheRoundForItsSiteAlone() {
    Play play = agreed(three.manifest(3));
    double[] update = new double[20];
    update[11] = Double.NaN;
    Input input =
        Input.weighing(1)
            .with("update", update)
            .with("loss", 1.0)
            .withExact("histogram", new long[9]);
    Step<Uploading> step = mask(play, input);
    assertRefused(step, Rule.INPUT, "site-000", "segment 'update': entry 11 is not finite");
    assertThat(((Step.Refused<?>) step).entry()).isEmpty();
    assertThat(((Step.Refused<?>) step).complaint()).isEmpty();
  }

  /// Each way in which an input can be of another shape than the manifest's.
  @Test
  void aVectorOfAnotherLengthIsRefused() {
    for (int length : new int[] {0, 1, 3, 1000}) {
      Play play = agreed(vector(2));
      assertRefused(
          mask(play, Input.weighing(1).withExact("x", new long[length])),
          Rule.INPUT,
          "site-000",
          "segment 'x': 2 entries expected, got " + length);
    }
    assertRefused(
        mask(agreed(vector(2)), Input.weighing(1).withExact("y", 1, 2)),
        Rule.INPUT,
        "site-000",
        "no segment 'y'");
    assertRefused(
        mask(agreed(vector(2)), Input.weighing(2).withExact("x", 1, 2)),
        Rule.INPUT,
        "site-000",
        "all weigh 1");
    assertRefused(
        mask(agreed(vector(2)), Input.weighing(1).withExact("x", 1, 101)),
        Rule.INPUT,
        "site-000",
        "entry 1 is outside");
  }

  @Test
  void theHeaderIsSentAndRememberedBeforeAnyChunk() {
    Play play = agreed(vector(2));
    Step.Next<Uploading> next = next(mask(play, Input.weighing(1).withExact("x", 3, 4)));
    Signed<UploadStatement> header = next.phase().upload().header();
    assertThat(next.outgoing()).contains(header);
    JournalEntry.Uploaded entry = (JournalEntry.Uploaded) next.entry().orElseThrow();
    assertThat(entry.manifest()).isEqualTo(play.manifest.digest());
    assertThat(entry.root()).isEqualTo(header.statement().root());
    List<Digest> chunks = new ArrayList<>();
    for (int i = 0; i < next.phase().upload().chunkCount(); i++) {
      chunks.add(Digest.of(next.phase().upload().chunk(i)));
    }
    assertThat(UploadStatement.root(chunks)).isEqualTo(header.statement().root());
    assertThat(header.statement().confirmations()).hasSize(2);
  }

  /// Real numbers are rounded by chance; the chance is the same for the same state.
  @Test
  void theSameInputHasTheSameFingerprintInEveryRoundOnAState() {
    RoundManifest real =
        ManifestDraft.like(vector(1)).vector(new Segment.Real("x", 500, 1.0, 10, true)).build();
    double[] values = new double[500];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.sin(i);
    }
    Digest first = fingerprint(real, values);
    assertThat(fingerprint(ManifestDraft.like(real).nonce("retry").round(9).build(), values))
        .isEqualTo(first);
    assertThat(fingerprint(ManifestDraft.like(real).model("next state").build(), values))
        .isNotEqualTo(first);
    values[499] += 0.2;
    assertThat(fingerprint(real, values)).isNotEqualTo(first);
  }

  /// A weight that travels is one of the numbers.
  @Test
  void anotherWeightIsAnotherInput() {
    RoundManifest total = ManifestDraft.like(vector(1)).weights(new Weights.Total(50)).build();
    Digest seven = fingerprint(total, Input.weighing(7).withExact("x", 1));
    assertThat(fingerprint(total, Input.weighing(8).withExact("x", 1))).isNotEqualTo(seven);
    assertThat(fingerprint(total, Input.weighing(7).withExact("x", 1))).isEqualTo(seven);
  }

  /// Nobody but the site can test a guess of its input.
  @Test
  void aFingerprintNeedsTheSitesCoins() {
    Play play = agreed(vector(1));
    Input input = Input.weighing(1).withExact("x", 5);
    Digest own = entry(mask(play, input)).fingerprint();
    Play again = agreed(vector(1));
    try (Secret guess = Secret.taking(new byte[32])) {
      Step<Uploading> step = Play.at(again.masking, "site-000").mask(input, guess);
      assertThat(entry(step).fingerprint()).isNotEqualTo(own);
    }
  }

  @Test
  void itTakesOneInputAndNoSecond() {
    Play play = agreed(vector(1));
    Masking site = Play.at(play.masking, "site-000");
    Input input = Input.weighing(1).withExact("x", 5);
    assertThat(site.mask(input, coins(play))).isInstanceOf(Step.Next.class);
    assertThatThrownBy(() -> site.mask(input, coins(play)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one step");
  }

  private RoundManifest vector(int length) {
    return ManifestDraft.like(three.one(3))
        .vector(new Segment.Exact("x", length, 100, true))
        .build();
  }

  private Play agreed(RoundManifest manifest) {
    Play play = new Play(three, manifest);
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    return play;
  }

  private static Step<Uploading> mask(Play play, Input input) {
    return Play.at(play.masking, "site-000").mask(input, coins(play));
  }

  private static Secret coins(Play play) {
    return Federation.coins("site-000", play.manifest.model());
  }

  private Digest fingerprint(RoundManifest manifest, double[] values) {
    return fingerprint(manifest, Input.weighing(1).with("x", values.clone()));
  }

  private Digest fingerprint(RoundManifest manifest, Input input) {
    return entry(mask(agreed(manifest), input)).fingerprint();
  }

  private static JournalEntry.Uploaded entry(Step<Uploading> step) {
    return (JournalEntry.Uploaded) next(step).entry().orElseThrow();
  }

  private static Step.Next<Uploading> next(Step<Uploading> step) {
    assertThat(step).isInstanceOf(Step.Next.class);
    return (Step.Next<Uploading>) step;
  }
}

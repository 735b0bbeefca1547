package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What a manifest may say, and that its digest covers all of it.
final class RoundManifestTest {
  private static final VectorSpec VECTOR =
      VectorSpec.of(
          new Segment.Real("update", 20, 1.5, 1 << 15, true),
          new Segment.Real("loss", 1, 10.0, 1 << 15, false),
          new Segment.Exact("histogram", 9, 1000, false),
          new Segment.Exact("change", 2, 1000, true));

  /// The parts of a manifest, to be changed one at a time.
  private static final class Draft {
    private String study = "breast-cancer";
    private long round = 7;
    private String purpose = "train";
    private Digest model = Digest.ofText("model");
    private Digest config = Digest.ofText("config");
    private List<String> cohort = List.of("a", "b", "c", "d");
    private int threshold = 3;
    private VectorSpec vector = VECTOR;
    private Weights weights = new Weights.Total(100);
    private Digest nonce = Digest.ofText("nonce");
    private long uploadNotBefore = 1000;
    private long deadline = 2000;
    private Signatures signatures = Signatures.ML_DSA;

    RoundManifest manifest() {
      return new RoundManifest(
          study,
          round,
          purpose,
          model,
          config,
          cohort,
          threshold,
          vector,
          weights,
          nonce,
          uploadNotBefore,
          deadline,
          signatures);
    }
  }

  private static RoundManifest with(Consumer<Draft> change) {
    Draft draft = new Draft();
    change.accept(draft);
    return draft.manifest();
  }

  private static final List<Consumer<Draft>> CHANGES =
      List.of(
          d -> d.study = "lung-cancer",
          d -> d.round = 8,
          d -> d.purpose = "audit",
          d -> d.model = Digest.ofText("another"),
          d -> d.config = Digest.ofText("another"),
          d -> d.cohort = List.of("a", "b", "c"),
          d -> d.cohort = List.of("a", "b", "c", "e"),
          d -> d.signatures = Signatures.ML_DSA_AND_ED25519,
          d -> d.threshold = 4,
          d -> d.vector = VectorSpec.of(VECTOR.segments().getFirst()),
          d -> d.vector = VectorSpec.of(new Segment.Real("update", 20, 1.25, 1 << 15, true)),
          d -> d.vector = VectorSpec.of(new Segment.Real("update", 20, 1.5, 1 << 16, true)),
          d -> d.vector = VectorSpec.of(new Segment.Real("update", 20, 1.5, 1 << 15, false)),
          d -> d.vector = VectorSpec.of(new Segment.Real("update", 21, 1.5, 1 << 15, true)),
          d -> d.vector = VectorSpec.of(new Segment.Exact("update", 20, 1 << 15, true)),
          d -> d.vector = VectorSpec.of(new Segment.Exact("update", 20, 1 << 15, false)),
          d -> d.weights = new Weights.Total(101),
          d -> d.weights = new Weights.Equal(),
          d -> d.weights = new Weights.FixedDenominator(100, 1),
          d -> d.weights = new Weights.FixedDenominator(100, 2),
          d -> d.nonce = Digest.ofText("another"),
          d -> d.uploadNotBefore = 1001,
          d -> d.deadline = 2001);

  @Test
  void everyPartIsCoveredByTheDigestAndReadsBack() throws Exception {
    Set<Digest> digests = new HashSet<>();
    List<RoundManifest> manifests = new ArrayList<>(List.of(new Draft().manifest()));
    CHANGES.forEach(change -> manifests.add(with(change)));
    for (RoundManifest manifest : manifests) {
      assertThat(RoundManifest.decode(manifest.encoded())).isEqualTo(manifest);
      assertThat(manifest.digest()).isEqualTo(Digest.of(manifest.encoded()));
      digests.add(manifest.digest());
    }
    assertThat(digests).hasSize(CHANGES.size() + 1);
  }

  @Test
  void cutLengthenedAndBentManifestsAreMalformedOrOthers() throws Exception {
    RoundManifest manifest = new Draft().manifest();
    byte[] encoded = manifest.encoded();
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> RoundManifest.decode(cut)).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> RoundManifest.decode(Arrays.copyOf(encoded, encoded.length + 1)))
        .isInstanceOf(MalformedException.class);
    for (int i = 0; i < encoded.length; i++) {
      byte[] bent = encoded.clone();
      bent[i] ^= 1;
      try {
        RoundManifest other = RoundManifest.decode(bent);
        assertThat(other).as("byte %d", i).isNotEqualTo(manifest);
        assertThat(other.encoded()).as("byte %d", i).isEqualTo(bent);
      } catch (MalformedException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void textsAndNumbersHaveBounds() {
    String longest = "x".repeat(200);
    assertThatCode(() -> with(d -> d.study = longest)).doesNotThrowAnyException();
    assertThatCode(() -> with(d -> d.purpose = longest)).doesNotThrowAnyException();
    for (String bad : List.of("", longest + "x")) {
      assertThatThrownBy(() -> with(d -> d.study = bad)).hasMessageContaining("1 to 200");
      assertThatThrownBy(() -> with(d -> d.purpose = bad)).hasMessageContaining("1 to 200");
    }
    assertThatThrownBy(() -> with(d -> d.round = -1))
        .hasMessage("round must not be negative, got -1");
    assertThatCode(() -> with(d -> d.round = 0)).doesNotThrowAnyException();
    assertThatThrownBy(() -> with(d -> d.deadline = 999)).hasMessageContaining("deadline");
    assertThatCode(() -> with(d -> d.deadline = 1000)).doesNotThrowAnyException();
    for (int threshold : new int[] {0, 5}) {
      assertThatThrownBy(() -> with(d -> d.threshold = threshold))
          .hasMessage("threshold must be 1..4 (cohort size), got %d", threshold);
    }
    assertThat(with(d -> d.threshold = 1).floor()).isEqualTo(3);
    assertThat(with(d -> d.threshold = 4).floor()).isEqualTo(4);
  }

  @Test
  void aCohortIsThreeTo200SitesInStrictlyAscendingOrder() {
    assertThatThrownBy(() -> with(d -> d.cohort = List.of("a", "b")))
        .hasMessageContaining("3..200");
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 201; i++) {
      many.add("site-%03d".formatted(i));
    }
    assertThatThrownBy(() -> with(d -> d.cohort = many))
        .hasMessage("a cohort has 3..200 sites, got 201");
    assertThat(with(d -> d.cohort = many.subList(1, 201)).cohort()).hasSize(200);
    for (List<String> bad :
        List.of(List.of("b", "a", "c"), List.of("a", "a", "c"), List.of("a", "b", "b"))) {
      assertThatThrownBy(() -> with(d -> d.cohort = bad))
          .hasMessageContaining("strictly ascending order");
    }
  }

  @Test
  void aLaneIsLeftForTheTotalWeight() {
    int most = VectorSpec.MAX_LENGTH;
    assertThatThrownBy(
            () -> with(d -> d.vector = VectorSpec.of(new Segment.Exact("x", most, 1, true))))
        .hasMessage("no lane is left for the total weight");
    RoundManifest longest =
        with(d -> d.vector = VectorSpec.of(new Segment.Exact("x", most - 1, 1, true)));
    assertThat(longest.layout().lanes()).isEqualTo(most);
  }

  /// Encodings that are well formed but say what no manifest may.
  @Test
  void illegalValuesAreMalformedOnTheWireAndNamed() {
    assertThatThrownBy(() -> decode(List.of("b", "a", "c"), 2, "equal", "exact", 1))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> decode(List.of("a", "b", "c"), 4, "equal", "exact", 1))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("threshold must be 1..3");
    assertThatThrownBy(() -> decode(List.of("a", "b", "c"), 2, "equals", "exact", 1))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("weights are equal");
    assertThatThrownBy(() -> decode(List.of("a", "b", "c"), 2, "equal", "exactly", 1))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> decode(List.of("a", "b", "c"), 2, "equal", "float", 1))
        .isInstanceOf(MalformedException.class)
        .hasMessage("a segment is real or exact");
    assertThatThrownBy(() -> decode(List.of("a", "b", "c"), 2, "equal", "exact", 0))
        .isInstanceOf(MalformedException.class)
        .hasMessage("segment 'x': max must be 1..2^50, got 0");
    assertThatCode(() -> decode(List.of("a", "b", "c"), 2, "equal", "exact", 1))
        .doesNotThrowAnyException();
  }

  @Test
  void aSignatureHoldsForItsSignerAndThoseBytesOnly() throws Exception {
    RoundManifest manifest = new Draft().manifest();
    SignedManifest signed = SignedManifest.sign(manifest, Federation.COORDINATOR);
    assertThat(signed.isSignedBy(Federation.COORDINATOR.identity())).isTrue();
    assertThat(signed.isSignedBy(IdentityKey.generate().identity())).isFalse();
    for (Consumer<Draft> change : CHANGES) {
      assertThat(
              new SignedManifest(with(change), signed.signature())
                  .isSignedBy(Federation.COORDINATOR.identity()))
          .isFalse();
    }
    byte[] encoded = signed.encoded();
    assertThat(SignedManifest.decode(encoded)).isEqualTo(signed);
    assertThatThrownBy(() -> SignedManifest.decode(Arrays.copyOf(encoded, encoded.length + 1)))
        .isInstanceOf(MalformedException.class);
    assertThat(encoded.length).isLessThanOrEqualTo(SignedManifest.MAX_BYTES);
  }

  private static RoundManifest decode(
      List<String> cohort, int threshold, String weights, String kind, long max)
      throws MalformedException {
    FieldWriter out =
        new FieldWriter(Suite.DOMAIN + "manifest")
            .text("study")
            .number(1)
            .text("train")
            .digest(Digest.ofText("model"))
            .digest(Digest.ofText("config"))
            .number(cohort.size());
    cohort.forEach(out::text);
    out.number(threshold).number(1).text(kind).text("x").number(5).number(max).number(1);
    return RoundManifest.decode(
        out.text(weights)
            .digest(Digest.ofText("nonce"))
            .number(1)
            .number(2)
            .text("ml-dsa-65")
            .toBytes());
  }
}

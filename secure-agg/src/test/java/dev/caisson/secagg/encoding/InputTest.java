package dev.caisson.secagg.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is refused before anything is masked. That a site asks first is in `RoundTest`.
final class InputTest {
  private static final VectorSpec VECTOR =
      VectorSpec.of(
          new Segment.Real("a", 5, 1, 100, true),
          new Segment.Exact("n", 4, 50, false),
          new Segment.Exact("s", 3, 50, true),
          new Segment.Real("b", 2, 1, 100, false));
  private static final RoundManifest MANIFEST =
      new Federation(3).manifest(3, VECTOR, new Weights.Equal());

  private final double[] a = new double[5];
  private final long[] n = new long[4];
  private final long[] s = new long[3];
  private final float[] b = new float[2];

  @Test
  void whatFitsHasNoObjection() {
    n[3] = 50;
    s[0] = -50;
    s[2] = 50;
    a[4] = -Double.MAX_VALUE; // clipped, not refused
    b[1] = Float.MAX_VALUE;
    assertThat(objection(input())).isEmpty();
  }

  @Test
  void notANumberAndInfinityAreRefusedInEveryPosition() {
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      for (int i = 0; i < a.length; i++) {
        a[i] = bad;
        assertThat(objection(input())).contains("segment 'a': entry %d is not finite".formatted(i));
        a[i] = 0;
      }
      for (int i = 0; i < b.length; i++) {
        b[i] = (float) bad;
        assertThat(objection(input())).contains("segment 'b': entry %d is not finite".formatted(i));
        b[i] = 0;
      }
    }
    assertThat(objection(input())).isEmpty();
  }

  @Test
  void wholeNumbersOutsideTheirRangeAreRefusedInEveryPosition() {
    for (long bad : new long[] {51, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      for (int i = 0; i < n.length; i++) {
        n[i] = bad;
        assertThat(objection(input()))
            .contains("segment 'n': entry %d is outside 0..50".formatted(i));
        n[i] = 0;
      }
    }
    for (long bad : new long[] {51, -51, Long.MAX_VALUE, Long.MIN_VALUE}) {
      for (int i = 0; i < s.length; i++) {
        s[i] = bad;
        assertThat(objection(input()))
            .contains("segment 's': entry %d is outside -50..50".formatted(i));
        s[i] = 0;
      }
    }
    assertThat(objection(input())).isEmpty();
  }

  @Test
  void aSegmentOfTheWrongKindOrLengthIsRefused() {
    assertThat(objection(without("a").with("a", new double[4])))
        .contains("segment 'a': 5 entries expected, got 4");
    assertThat(objection(without("a").with("a", new float[6])))
        .contains("segment 'a': 5 entries expected, got 6");
    assertThat(objection(without("n").withExact("n", new long[5])))
        .contains("segment 'n': 4 entries expected, got 5");
    assertThat(objection(without("a").withExact("a", new long[5])))
        .contains("segment 'a': real values expected, got whole numbers");
    assertThat(objection(without("n").with("n", new float[4])))
        .contains("segment 'n': whole numbers expected, got real values");
    assertThat(objection(without("n").with("n", new double[4])))
        .contains("segment 'n': whole numbers expected, got real values");
    assertThat(objection(without("s"))).contains("segment 's': no values given");
    assertThat(objection(input().with("x", 1.0))).contains("the manifest has no segment 'x'");
  }

  @Test
  void aSegmentGivenTwiceIsOurOwnMistake() {
    assertThatThrownBy(() -> input().withExact("a", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("segment 'a' is given twice");
  }

  @Test
  void theWeightIsOneOrWithinTheModesMaximum() {
    for (Weights weights : List.of(new Weights.Total(9), new Weights.FixedDenominator(9, 5))) {
      RoundManifest manifest = new Federation(3).manifest(3, VECTOR, weights);
      for (long weight : new long[] {0, 10, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
        assertThat(fill(Input.weighing(weight), "").objection(manifest, "site-001"))
            .contains(new Fault(Rule.INPUT, "site-001", "the weight is outside 1..9"));
      }
      for (long weight : new long[] {1, 9}) {
        assertThat(fill(Input.weighing(weight), "").objection(manifest, "site-001")).isEmpty();
      }
    }
    for (long weight : new long[] {0, 2}) {
      assertThat(objection(fill(Input.weighing(weight), "")))
          .contains("all weigh 1 in this round, this input does not");
    }
  }

  private static Optional<String> objection(Input input) {
    return input
        .objection(MANIFEST, "site-001")
        .map(
            fault -> {
              assertThat(fault.rule()).isEqualTo(Rule.INPUT);
              assertThat(fault.party()).isEqualTo("site-001");
              return fault.detail();
            });
  }

  private Input input() {
    return without("");
  }

  private Input without(String segment) {
    return fill(Input.weighing(1), segment);
  }

  private Input fill(Input input, String without) {
    for (String name : List.of("a", "n", "s", "b")) {
      if (!name.equals(without)) {
        switch (name) {
          case "a" -> input.with("a", a);
          case "n" -> input.withExact("n", n);
          case "s" -> input.withExact("s", s);
          default -> input.with("b", b);
        }
      }
    }
    return input;
  }
}

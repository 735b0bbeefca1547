package dev.caisson.secagg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class GraphParametersTest {
  private static final Pattern ROW =
      Pattern.compile(
          "\"clients\": (\\d+),\\s+\"corruptRate\": ([-\\d.]+),\\s+\"dropoutRate\": ([-\\d.]+),\\s+"
              + "\"server\": \"([a-z-]+)\",\\s+\"degree\": (\\d+),\\s+\"threshold\": (\\d+)");

  /// All of Google's expected values, exactly.
  @Test
  void findsTheDegreesAndThresholdsThatGooglesTestsExpect() throws Exception {
    String text;
    try (InputStream in =
        Objects.requireNonNull(
            GraphParametersTest.class.getResourceAsStream("harary-graph-parameters.json"))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int rows = 0;
    Matcher row = ROW.matcher(text);
    while (row.find()) {
      rows++;
      ThrowingCallable search =
          () ->
              assertThat(search(row))
                  .as(row.group())
                  .contains(
                      new GraphParameters(
                          Integer.parseInt(row.group(5)), Integer.parseInt(row.group(6))));
      if (row.group(5).equals("0")) { // Google's finder fails
        assertThatThrownBy(search).isInstanceOf(IllegalArgumentException.class);
      } else {
        assertThatCode(search).doesNotThrowAnyException();
      }
    }
    assertThat(rows).isEqualTo(63);
  }

  private static Optional<GraphParameters> search(MatchResult row) {
    return GraphParameters.search(
        Integer.parseInt(row.group(1)),
        Double.parseDouble(row.group(2)),
        Double.parseDouble(row.group(3)),
        row.group(4).equals("curious") ? Adversary.CURIOUS : Adversary.SEMI_MALICIOUS);
  }

  @Test
  void findsNoGraphWhereOnlyTheCompleteOneWillDo() {
    assertThat(GraphParameters.search(3, 0.3, 0.3, Adversary.SEMI_MALICIOUS)).isEmpty();
    assertThat(GraphParameters.search(10, 0.3, 0.3, Adversary.SEMI_MALICIOUS)).isEmpty();
  }

  @Test
  void refusesAssumptionsThatNoThresholdStands() {
    assertThatThrownBy(() -> GraphParameters.search(1000, 0.3, 0.31, Adversary.SEMI_MALICIOUS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.3 corrupt and 0.31 dropped out");
    assertThatThrownBy(() -> GraphParameters.search(1000, 0.5, 0.41, Adversary.CURIOUS))
        .isInstanceOf(IllegalArgumentException.class);
    for (double fraction : new double[] {-0.01, 1, Double.NaN}) {
      assertThatThrownBy(() -> GraphParameters.search(10, fraction, 0, Adversary.CURIOUS))
          .hasMessageContaining("at least 0 and below 1");
      assertThatThrownBy(() -> GraphParameters.search(10, 0, fraction, Adversary.CURIOUS))
          .hasMessageContaining("at least 0 and below 1");
    }
    for (int sites : new int[] {0, 1_000_001}) {
      assertThatThrownBy(() -> GraphParameters.search(sites, 0, 0, Adversary.CURIOUS))
          .hasMessageContaining("got " + sites);
    }
  }

  @Test
  void refusesThresholdsThatOneShareOrNoNeighbourhoodReaches() {
    assertThatThrownBy(() -> new GraphParameters(4, 1)).hasMessageContaining("got 1");
    assertThatThrownBy(() -> new GraphParameters(4, 5)).hasMessageContaining("got 5");
    assertThat(new GraphParameters(4, 4).threshold()).isEqualTo(4);
  }

  /// A stronger adversary never gets by with fewer shares.
  @Test
  void aSemiMaliciousCoordinatorNeedsAHigherThreshold() {
    for (int degree = 20; degree < 200; degree += 20) {
      OptionalInt curious = GraphParameters.threshold(1000, degree, 50, Adversary.CURIOUS);
      OptionalInt semi = GraphParameters.threshold(1000, degree, 50, Adversary.SEMI_MALICIOUS);
      assertThat(semi.orElse(Integer.MAX_VALUE)).isGreaterThan(curious.orElseThrow());
      assertThat(2 * semi.orElse(Integer.MAX_VALUE / 4)).isGreaterThan(degree + 1);
    }
  }
}

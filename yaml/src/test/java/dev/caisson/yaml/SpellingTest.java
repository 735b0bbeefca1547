package dev.caisson.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SpellingTest {
  @Test
  void countsInsertionsDeletionsReplacementsAndSwaps() {
    assertThat(Spelling.changes("range", "range")).isZero();
    assertThat(Spelling.changes("rnge", "range")).isEqualTo(1);
    assertThat(Spelling.changes("raange", "range")).isEqualTo(1);
    assertThat(Spelling.changes("rango", "range")).isEqualTo(1);
    assertThat(Spelling.changes("arnge", "range")).isEqualTo(1);
    assertThat(Spelling.changes("kitten", "sitting")).isEqualTo(3); // Wagner and Fischer's example
    assertThat(Spelling.changes("", "abc")).isEqualTo(3);
  }

  @Test
  void suggestsOnlyWhatIsNear() {
    List<String> known = List.of("columns", "label", "id");
    assertThat(Spelling.nearest("colunms", known)).contains("columns");
    assertThat(Spelling.nearest("LABEL", known)).contains("label");
    assertThat(Spelling.nearest("weights", known)).isEmpty();
    assertThat(Spelling.nearest("x".repeat(100_000), known)).isEmpty();
  }
}

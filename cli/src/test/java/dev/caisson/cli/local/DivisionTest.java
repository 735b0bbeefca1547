package dev.caisson.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.cli.failure.CommandFailure;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DivisionTest {
  private static final List<String> PERSONS =
      IntStream.range(0, 200).mapToObj(row -> "p" + row / 2).toList(); // two rows each

  @Test
  void everyRowIsOnOneSideAndEveryPersonToo() throws CommandFailure {
    Division division = Division.of(PERSONS, 0.2, 7);
    assertThat(division.train().length + division.validation().length).isEqualTo(200);
    assertThat(persons(division.validation())).hasSize(20);
    assertThat(persons(division.train())).hasSize(80);
    assertThat(division.train()).isSorted();
  }

  @Test
  void theSeedDecides() throws CommandFailure {
    int[] once = Division.of(PERSONS, 0.2, 7).validation();
    assertThat(Division.of(PERSONS, 0.2, 7).validation()).isEqualTo(once);
    assertThat(Division.of(PERSONS, 0.2, 8).validation()).isNotEqualTo(once);
  }

  @Test
  void noShareLeavesAllToTraining() throws CommandFailure {
    assertThat(Division.of(PERSONS, 0, 7).validation()).isEmpty();
  }

  @Test
  void onePersonCannotBeDivided() {
    assertThatThrownBy(() -> Division.of(List.of("p", "p"), 0.2, 1))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--validation 0");
  }

  private static Set<String> persons(int[] rows) {
    return Arrays.stream(rows).mapToObj(PERSONS::get).collect(Collectors.toSet());
  }
}

package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.endtoend.Caisson.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a custodian asks of a site's home after a study.
final class CustodyIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // set before each
  private FinishedDemo demo;

  @SuppressWarnings("NullAway.Init") // set before each
  private Caisson caisson;

  @BeforeEach
  void open() throws Exception {
    demo = FinishedDemo.get();
    caisson = new Caisson(folder);
  }

  @Test
  void roundsCommandTellsEachRoundInWordsAndAsJson() throws Exception {
    String site = FinishedDemo.SITES.getFirst();
    String home = demo.site(site).toString();
    Ended words = caisson.run("site", "rounds", "--home", home);
    assertThat(words.exitCode()).isZero();
    assertThat(words.out())
        .contains("train-1", "train-3", "evaluate-4", "audit-5")
        .contains("nobody dropped out", "computed here from the sum")
        .contains("no combination of its 3 training sums leaves this site alone");
    JsonNode json = JSON.readTree(caisson.run("site", "rounds", "--home", home, "--json").out());
    assertThat(json.get("rounds")).hasSize(5);
    for (int i = 0; i < 3; i++) {
      assertThat(json.at("/rounds/%d/nextState".formatted(i)))
          .as("each round starts from the state that the site computed from the one before")
          .isEqualTo(json.at("/rounds/%d/state".formatted(i + 1)));
    }
    for (JsonNode round : json.get("rounds")) {
      List<String> survivors = new ArrayList<>();
      round.get("survivors").forEach(name -> survivors.add(name.textValue()));
      assertThat(survivors).isEqualTo(FinishedDemo.SITES);
      assertThat(round.get("vectorBytes").longValue()).isPositive();
    }
  }

  @Test
  void aSiteThatIsNotHaltedIsNotResumedAndOnlyARoundWithNumbersIsRepeated() throws Exception {
    String home = demo.site(FinishedDemo.SITES.getFirst()).toString();
    Ended resume = caisson.run("site", "resume", "--home", home, "--reason", "why not");
    assertThat(resume.exitCode()).isEqualTo(1);
    assertThat(resume.err()).contains("not halted");
    Ended repeat =
        caisson.run(
            "site",
            "allow-repeat",
            "--home",
            home,
            "--study",
            "x",
            "--round",
            "y",
            "--reason",
            "z");
    assertThat(repeat.exitCode()).isEqualTo(1);
    assertThat(repeat.err()).contains("sent no numbers in y of study 'x'");
  }
}

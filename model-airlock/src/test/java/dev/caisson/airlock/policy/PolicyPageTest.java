package dev.caisson.airlock.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The page of the documentation on policies: its tables are the default policy's. To write them
/// anew, run with `-Dcaisson.rewritePages=true`.
class PolicyPageTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "policy.md");
  private static final String BEGIN = "<!-- written by PolicyPageTest: begin -->\n";
  private static final String END = "<!-- written by PolicyPageTest: end -->\n";

  @Test
  void thePageSaysWhatTheDefaultSays() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(end).isGreaterThanOrEqualTo(begin);
    String written = page.substring(0, begin) + tables(Policy.standard()) + page.substring(end);
    if (Boolean.getBoolean("caisson.rewritePages")) {
      Files.writeString(PAGE, written);
    }
    assertThat(PAGE).content().isEqualTo(written);
  }

  private static String tables(Policy policy) {
    StringBuilder text = new StringBuilder();
    text.append("| key | default | what it means | may be | stricter | source of the default |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (Limit limit : Limit.values()) {
      Sourced sourced = policy.general(limit);
      text.append(
          "| `%s.%s` | %s | %s | %s | %s | %s |\n"
              .formatted(
                  limit.section(),
                  limit.key(),
                  Limit.text(sourced.value()),
                  limit.meaning(),
                  limit.range(),
                  limit.stricter().name().toLowerCase(Locale.ROOT),
                  sourced.source()));
    }
    text.append(
        "| `structure.instance-models` | block | models that store training rows | only block | | %s |\n"
            .formatted(policy.instanceModels()));
    text.append("\n| required attack | on models of | source |\n|---|---|---|\n");
    for (RequiredAttack attack : policy.required()) {
      text.append(
          "| %s | %s | %s |\n"
              .formatted(
                  attack.attack(),
                  attack.tasks().stream()
                      .sorted()
                      .map(task -> task.name().toLowerCase(Locale.ROOT))
                      .collect(Collectors.joining(", ")),
                  attack.source()));
    }
    text.append(
        "\n| destination | who then holds it | allowed | stricter there |\n|---|---|---|---|\n");
    for (Destination destination : Destination.values()) {
      Terms terms = policy.terms(destination);
      text.append(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  destination.label(),
                  destination.words(),
                  terms.allowed() ? "yes" : "no",
                  terms.stricter().entrySet().stream()
                      .sorted(Comparator.comparing(entry -> entry.getKey()))
                      .map(
                          entry ->
                              entry.getKey().key() + " " + Limit.text(entry.getValue().value()))
                      .collect(Collectors.joining(", "))));
    }
    return text.toString();
  }
}

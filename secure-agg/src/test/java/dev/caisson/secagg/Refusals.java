package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.site.Step;
import java.util.List;

/// Claims about who broke what.
public final class Refusals {
  private Refusals() {}

  /// A site refused, for this rule, naming this party, in words with these parts.
  public static void assertRefused(Step<?> step, Rule rule, String party, String... words) {
    assertThat(step).isInstanceOf(Step.Refused.class);
    assertBroken(((Step.Refused<?>) step).fault(), rule, party, words);
  }

  /// The coordinator took nothing of a message.
  public static void assertRejected(Receipt receipt, Rule rule, String party, String... words) {
    assertThat(receipt).isInstanceOf(Receipt.Rejected.class);
    assertBroken(((Receipt.Rejected) receipt).fault(), rule, party, words);
  }

  /// The coordinator took the rest of a message.
  public static void assertFlawed(Receipt receipt, Rule rule, String party, String... words) {
    assertThat(receipt).isInstanceOf(Receipt.Flawed.class);
    assertBroken(((Receipt.Flawed) receipt).fault(), rule, party, words);
  }

  public static void assertBroken(Fault fault, Rule rule, String party, String... words) {
    assertThat(fault.rule()).as(fault.toString()).isEqualTo(rule);
    assertThat(fault.party()).as(fault.toString()).isEqualTo(party);
    if (words.length > 0) {
      assertThat(fault.detail()).contains(words);
    }
  }

  /// The round ended without a sum, for a reason with these words; gives the faults.
  public static List<Fault> assertAborted(Outcome<?> outcome, String... words) {
    assertThat(outcome).isInstanceOf(Outcome.Aborted.class);
    Outcome.Aborted<?> aborted = (Outcome.Aborted<?>) outcome;
    assertThat(aborted.reason()).contains(words);
    return aborted.faults();
  }
}

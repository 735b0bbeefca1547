package dev.caisson.secagg.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;

/// Claims about what a site complains of.
final class Complaints {
  private Complaints() {}

  /// A site that refused tells the coordinator of whom and why, under its own signature, and
  /// remembers nothing.
  static void assertComplaint(Step<?> step, Play play, String site, String dealer, Rule rule) {
    Step.Refused<?> refused = (Step.Refused<?>) step;
    assertThat(refused.entry()).isEmpty();
    Signed<ComplaintStatement> complaint = refused.complaint().orElseThrow();
    ComplaintStatement statement = complaint.statement();
    assertThat(statement.accused()).isEqualTo(play.manifest.cohort().indexOf(dealer));
    assertThat(statement.reason()).isEqualTo(rule + ": " + refused.fault().detail());
    Origin expected =
        new Origin(
            play.manifest.digest(),
            statement.origin().transcript(),
            play.manifest.cohort().indexOf(site));
    assertThat(
            complaint.objection(
                expected, play.manifest.signatures(), site, play.federation.key(site).identity()))
        .isEmpty();
  }
}

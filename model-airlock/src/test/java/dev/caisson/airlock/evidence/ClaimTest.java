package dev.caisson.airlock.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.airlock.attack.Task;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimTest {
  @Test
  void standsForAllThatRoundsToIt() {
    Claim claim = Claim.parse("auc=.81", Task.BINARY).getFirst();
    assertThat(claim.metric()).isEqualTo(Metric.AUC);
    assertThat(claim.lower()).isCloseTo(0.805, within(1e-12));
    assertThat(claim.upper()).isCloseTo(0.815, within(1e-12));
  }

  @Test
  void readsSeveral() {
    List<Claim> claims = Claim.parse("rmse=12.5, r2=-0.03,mae=9.0", Task.REGRESSION);
    assertThat(claims)
        .extracting(Claim::metric)
        .containsExactly(Metric.RMSE, Metric.R2, Metric.MAE);
    assertThat(claims).extracting(Claim::value).containsExactly(12.5, -0.03, 9.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BINARY | rmse=1.50 | 'rmse' cannot be declared of a model for the task binary; what can: auc, accuracy, log-loss",
        "REGRESSION | auc=.81 | what can: r2, rmse, mae (as in r2=.81)",
        "RISK | auc=.81 | no metric can be declared of a risk score",
        "BINARY | auc=1.20 | auc is 0.0 to 1.0, got 1.2",
        "BINARY | auc=.8 | give two digits after the point",
        "BINARY | auc=81% | auc needs a plain decimal number, such as auc=.81, got '81%'",
        "BINARY | auc=NaN | plain decimal number",
        "BINARY | auc=1e-2 | plain decimal number",
        "BINARY | auc | plain decimal number",
        "BINARY | auc=.81,auc=.82 | auc is declared twice",
        "BINARY | auc=.81, | '' cannot be declared",
        "REGRESSION | rmse=.5 | give two digits that count",
        "REGRESSION | rmse=-.51 | rmse is 0.0 to",
      })
  void refusesWhatItCannotHoldAgainstAnything(Task task, String text, String why) {
    assertThatExceptionOfType(UnclearClaimException.class)
        .isThrownBy(() -> Claim.parse(text, task))
        .withMessageContaining(why);
  }
}

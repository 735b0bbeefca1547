package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.protocol.tls.Caller;

/// Tells a person about a token, or a program.
final class TokenWords {
  private TokenWords() {}

  static void print(Answer answer, Caller caller, String token, String expires) {
    answer.give(
        Answer.object()
            .put("name", caller.name())
            .put("role", caller.role().label())
            .put("expires", expires)
            .put("token", token),
        token,
        "",
        "for %s, once, until %s. Hand it over by a way that nobody else reads."
            .formatted(caller, expires),
        "there: " + command(caller));
  }

  private static String command(Caller caller) {
    return switch (caller.role()) {
      case SITE -> "caisson site enrol --home DIR --coordinator HOST:PORT --token TOKEN";
      case RESEARCHER, REVIEWER ->
          "caisson enrol --home DIR --coordinator HOST:PORT --airlock HOST:PORT --token TOKEN";
      case AIRLOCK, ADMIN, CUSTODIAN, AUDITOR, COORDINATOR ->
          "caisson enrol --home DIR --coordinator HOST:PORT --token TOKEN";
    };
  }
}

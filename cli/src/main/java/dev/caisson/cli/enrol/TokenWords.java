package dev.caisson.cli.enrol;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.protocol.tls.Caller;
import java.io.IOException;
import java.io.PrintWriter;

/// Tells a person about a token, or a program.
final class TokenWords {
  private TokenWords() {}

  static void print(PrintWriter out, boolean json, Caller caller, String token, String expires)
      throws IOException {
    if (json) {
      out.println(
          new ObjectMapper()
              .createObjectNode()
              .put("name", caller.name())
              .put("role", caller.role().label())
              .put("expires", expires)
              .put("token", token));
      return;
    }
    out.println(token);
    out.println();
    out.println(
        "for %s, once, until %s. Hand it over by a way that nobody else reads."
            .formatted(caller, expires));
    out.println("there: " + command(caller));
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

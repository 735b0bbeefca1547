package dev.caisson.cli.enrol;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.server.member.EnrolledAlready;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// For whom a token is.
final class MemberRole {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description =
          "site, airlock, researcher, reviewer, custodian, auditor or admin. There is no default.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String role;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "Its name in the federation: 1 to 63 of a-z, 0-9 and '-'.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String name;

  @Option(
      names = "--valid-hours",
      defaultValue = "24",
      paramLabel = "N",
      description = "How long the token is good, 1 to 720 (default: ${DEFAULT-VALUE}).")
  private int hours;

  @Option(
      names = "--same-identity",
      description =
          "The name is enrolled and its certificate has ended: another one for the same keys.")
  private boolean same;

  @Option(
      names = "--renew-identity",
      description =
          "The name is enrolled and its keys are lost: whoever holds the token takes its place, its"
              + " certificates are revoked, and custodians must compare rosters again.")
  private boolean renew;

  Caller caller() {
    Role known =
        Role.ofLabel(role)
            .orElseThrow(() -> wrong("there is no role '%s'; see --help".formatted(role)));
    try {
      return new Caller(name, known);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  int hours() {
    if (hours < 1 || hours > 720) {
      throw wrong("--valid-hours must be 1 to 720, got %d".formatted(hours));
    }
    return hours;
  }

  EnrolledAlready already() {
    if (same && renew) {
      throw wrong("--same-identity and --renew-identity exclude each other");
    }
    if (renew) {
      return EnrolledAlready.RENEW_IDENTITY;
    }
    return same ? EnrolledAlready.SAME_IDENTITY : EnrolledAlready.REFUSE;
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}

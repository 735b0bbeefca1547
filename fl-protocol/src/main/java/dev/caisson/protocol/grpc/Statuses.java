package dev.caisson.protocol.grpc;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/// A failed call in words for people: what is wrong, and where one looks.
public final class Statuses {
  private Statuses() {}

  public static String inWords(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String text = firstLine(status.getDescription());
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String reason = firstLine(cause == null ? null : cause.getMessage());
    String why = reason.isEmpty() ? "" : ": " + reason;
    return switch (status.getCode()) {
      case UNAVAILABLE -> "not reachable (%s%s)".formatted(text, why);
      case UNAUTHENTICATED, PERMISSION_DENIED -> "not allowed: " + text;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, NOT_FOUND, ALREADY_EXISTS, ABORTED -> text;
      case UNIMPLEMENTED -> "the other side does not know this call; is it an older version?";
      case DEADLINE_EXCEEDED -> "no answer in time";
      default -> "%s %s%s".formatted(status.getCode(), text, why);
    };
  }

  /// Netty adds its pipeline on further lines, which tells nobody anything.
  private static String firstLine(@Nullable String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}

package dev.caisson.client.grpc;

import dev.caisson.protocol.grpc.Statuses;
import io.grpc.Status;
import java.io.IOException;

/// A call broke on its way; what it was about may go on in another call.
final class LineBrokenException extends IOException {
  private static final long serialVersionUID = 1;

  LineBrokenException(String message, Throwable cause) {
    super(message, cause);
  }

  /// A failed call as this, or as a plain `IOException` where the coordinator itself refused.
  static IOException of(String what, Throwable failure) {
    String words = "%s: %s".formatted(what, Statuses.inWords(failure));
    return switch (Status.fromThrowable(failure).getCode()) {
      case UNAVAILABLE,
          CANCELLED,
          INTERNAL,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          RESOURCE_EXHAUSTED,
          ABORTED ->
          new LineBrokenException(words, failure);
      case OK,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DATA_LOSS,
          UNAUTHENTICATED ->
          new IOException(words, failure);
    };
  }
}

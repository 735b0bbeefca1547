package dev.caisson.airlock.evidence;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The log of attempts cannot be relied on. The message names the file and line and says what to
/// do.
public final class AttemptLogException extends IOException {
  public AttemptLogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public AttemptLogException(String message) {
    super(message);
  }
}

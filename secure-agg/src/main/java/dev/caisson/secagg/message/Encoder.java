package dev.caisson.secagg.message;

import org.jspecify.annotations.Nullable;

/// Encodes messages one after the other; one that goes to several sites in a row is encoded once.
/// The arrays are shared and must not be changed. One thread at a time.
public final class Encoder {
  private @Nullable Message last;
  private byte[] encoded = {};

  @SuppressWarnings("ReferenceEquality") // the very same message, not one that equals it
  public byte[] encode(Message message) {
    if (message != last) {
      encoded = message.encoded();
      last = message;
    }
    return encoded;
  }
}

package dev.caisson.runtime.device;

/// A call of NVIDIA's management library that did not succeed; the message is the library's.
final class NvmlException extends Exception {
  private final int code;

  NvmlException(String call, int code, String words) {
    super("%s: %s (%d)".formatted(call, Shown.of(words, 200), code));
    this.code = code;
  }

  int code() {
    return code;
  }
}

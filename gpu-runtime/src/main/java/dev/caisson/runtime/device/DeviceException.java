package dev.caisson.runtime.device;

/// A device that was asked for cannot serve: it is not there, the engine cannot run on it, or its
/// memory is taken. The message says which, and what there is.
public final class DeviceException extends Exception {
  public DeviceException(String message) {
    super(message);
  }
}

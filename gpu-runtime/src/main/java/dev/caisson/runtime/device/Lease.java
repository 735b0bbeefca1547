package dev.caisson.runtime.device;

/// Memory of a device that one user holds. Closing gives it back, once: a second time does nothing.
public final class Lease implements AutoCloseable {
  private final Device device;
  private final long bytes;
  private final Runnable release;
  private boolean closed;

  Lease(Device device, long bytes, Runnable release) {
    this.device = device;
    this.bytes = bytes;
    this.release = release;
  }

  public Device device() {
    return device;
  }

  public long bytes() {
    return bytes;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      release.run();
    }
  }
}
